/**
 * Names of objects, ports and rules, as the Kubernetes API writes them.
 *
 * @module
 */
const label = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** DNS label: a namespace, a tier. */
export const isDnsLabel = (text: string): boolean => label.test(text);

/** DNS subdomain, at most 253 characters: the name of most objects. */
export const isDnsName = (text: string): boolean => text.length <= 253 && text.split('.').every((part) => label.test(part));

/** Name of a container port: at most 15 of a-z, 0-9, "-"; at least one letter; no "-" at an end or twice in a row. */
export const isPortName = (text: string): boolean => /^[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?$/.test(text) && /[a-z]/.test(text) && !text.includes('--');
