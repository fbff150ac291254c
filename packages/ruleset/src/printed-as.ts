/**
 * How nft prints a rule that it does not print as it was written, though it cannot be written otherwise: without this, whoever has not written the
 * rules himself would take his own ruleset for a stranger's.
 *
 * nft shows the first two bytes behind the IP header as a source port, and leaves out of which protocol.
 *
 * @module
 */
const bytesOfIcmp = /^meta l4proto (?:1|58) @th,0,16 /;

export const isPrintedAs = (desired: string, actual: string): boolean => bytesOfIcmp.test(desired) && desired.replace(bytesOfIcmp, 'th sport ') === actual;
