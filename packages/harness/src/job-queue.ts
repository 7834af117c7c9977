export type { QueueConnection } from './queue-connection.js';
export { assertReachable, QueueError, queueLocation } from './queue-connection.js';
export type { QueuedJob, SetAsideJob } from './open-queue.js';
export type { QueueStatus } from './queue-status.js';
export { clearQueue, queueStatus, retrySetAside } from './queue-status.js';
export type { DistributeJobsOptions, DistributionProgress } from './distribute-jobs.js';
export { distributeJobs } from './distribute-jobs.js';
export type { ServeJobsOptions, ServedJob } from './serve-jobs.js';
export { serveJobs } from './serve-jobs.js';
