export { runCampaign, type CampaignOptions } from './campaign.ts';
export { mergeCampaign, type CampaignOutcome, type CampaignPoint } from './merge.ts';
export { factorial, planPoints, type Design, type Factors, type Overrides, type PlanOptions, type Point } from './points.ts';
export { runJobs, type JobKind, type JobOptions } from './pool.ts';
export { formatDuration, textProgress, type Progress, type ProgressOptions } from './progress.ts';
export { moving, serveJobs, type Prepare, type Work } from './serve.ts';
export { StoppedError } from './stopped.ts';
