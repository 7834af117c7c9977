#!/usr/bin/env node
// @ts-check
import { main } from '../src/command-line.js';

process.exitCode = await main(process.argv.slice(2));
