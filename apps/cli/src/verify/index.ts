export { readAnswers } from './name-answers.ts';
export { type Loaded } from './parties.ts';
export { refText, renderResults, ruleText, why } from './render-results.ts';
export { type ProbeFault } from './probe-fault.ts';
export { type ResolvedProbe, type ResolvedSide, resolveProbe } from './resolve-probe.ts';
export { type ProbeError, probeId, probeOf, type ProbeResult, type VerifyReport, verifyProbes, type VerifyRequest } from './verify-probes.ts';
