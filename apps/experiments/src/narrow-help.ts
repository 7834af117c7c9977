import { Help, type HelpConfiguration } from 'commander';

/** Columns that a description needs beside its term; with fewer it stands below. */
const BESIDE_WIDTH = 40;
const INDENT = 4;

/** Help that fits a narrow terminal: descriptions below their terms instead of columns too narrow for a name. */
export const NARROW_HELP: HelpConfiguration = {
  minWidthToWrap: 16,
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? 80;
    if (description === '' || width - termWidth - INDENT >= BESIDE_WIDTH) {
      return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
    }
    const below = helper.boxWrap(description, width - INDENT).replaceAll(/^/gmu, ' '.repeat(INDENT));
    return `  ${term}\n${below}`;
  },
};
