/**
 * How an endpoint hangs on this host: the agent's finding, made of the plan's endpoint and the host's interfaces.
 * An endpoint without a binding is not enforced by anybody, and whoever looked for it must say so.
 *
 * @module
 */
export type Attachment =
  /** A device of its own, the address routed to it: a pod's veth. */
  | { readonly kind: 'routed'; readonly device: string }
  /** A port of a bridge whose frames the host's IP hooks see: a virtual machine's tap. */
  | { readonly kind: 'bridged'; readonly bridge: string; readonly port: string };

export interface EndpointBinding {
  /** `cluster/uid/interface`, as PlanEndpoint.id. */
  readonly endpoint: string;
  readonly via: Attachment;
}
