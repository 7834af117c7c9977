/**
 * Processor time of this process since a moment, on all its threads [s].
 *
 * @param start what `process.cpuUsage()` returned then
 */
export function processorSecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
