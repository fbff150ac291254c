export type { ClassId, ClassTable, ClassTables, Decision, DecisionId, Row, RowId, Step } from './class-table.ts';
