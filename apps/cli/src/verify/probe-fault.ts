/** What is wrong with a probe; `path` is relative to the probe. */
export type ProbeFaultCode = 'TYPE' | 'REQUIRED' | 'UNKNOWN_VALUE' | 'NOT_FOUND' | 'AMBIGUOUS' | 'FAMILY' | 'PORT_INVALID' | 'ADDRESS_INVALID' | 'DUPLICATE' | 'TOO_LARGE';

export interface ProbeFault {
  readonly code: ProbeFaultCode;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export const probeFault = (code: ProbeFaultCode, path: ProbeFault['path'], message: string): { readonly ok: false; readonly error: ProbeFault } => ({ ok: false, error: { code, path, message } });
