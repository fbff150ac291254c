/**
 * What the ingress controller may reach, of what Ingress and Route objects ask of it.
 *
 * Who the controller is stands in no manifest. It is taken for a pod without labels in a namespace that nobody knows, so a line says that
 * policy lets any pod of the cluster in on those ports (as np-guard's analyzer has it).
 *
 * @module
 */
import { type Address, type Family, ipv4, ipv6 } from '@firsthop/netaddr';
import type { Worlds } from '@firsthop/policy';
import type { Allowances } from './allowance.ts';
import type { Atlas } from './atlas.ts';
import type { Link } from './connectivity.ts';
import { ingressTargets } from './ingress-targets.ts';
import { partyName } from './parties.ts';

export const controllerName = '{ingress-controller}';

/** Whose these addresses are: nobody gives them away (RFC 5737, RFC 3849). */
const controllerAddress = (family: Family): Address => (family === 4 ? ipv4(0xc000_02fe) : ipv6((0x2001_0db8n << 96n) | 0xfen));
