/**
 * Flow tables: connections whose packets go from device to device without passing any hook but the first (`NFTA_FLOWTABLE_*`).
 *
 * @module
 */
import { attributes, field, listOf, s32be, text, u32be } from '../attributes/codec.ts';

const DEVICE_NAME = 1;

/** Dumps of all families ask for this one. */
export const EVERY_FAMILY = 0;
export const getFlowTable = 23;

const hook = attributes({ number: field(1, u32be), priority: field(2, s32be), devices: field(3, listOf(DEVICE_NAME, text)) });

/** `use`: how many rules put connections into it. */
export const flowTable = attributes({ table: field(1, text), name: field(2, text), hook: field(3, hook), use: field(4, u32be), flags: field(7, u32be) });
