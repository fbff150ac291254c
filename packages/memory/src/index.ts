export { MemoryGivenBack } from './memory-given-back.ts';
export { keepYoungHeapSteady } from './steady-young-heap.ts';
export { type SystemMemory, systemMemory, type SystemMemoryOptions } from './system-memory.ts';
export { whenQuiet } from './when-quiet.ts';
export { keepYoungHeapSmall } from './young-heap.ts';
