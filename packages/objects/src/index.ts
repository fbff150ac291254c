export { type Fault, fault, type FaultCode, formatPath, type Path } from './fault.ts';
export { type Foreign, isAbsent, Reader } from './foreign.ts';
export { bareNamespace, readClusterPeer, readNamespace, readNode, readService } from './read-cluster-objects.ts';
export { ownerKinds, readOwned, readPod } from './read-pod.ts';
export { readVirtualMachine } from './read-virtual-machine.ts';
export type { InterfaceDraft, WorkloadDraft } from './workload-draft.ts';
export { hostOf, workloadOf } from './workload-of.ts';
