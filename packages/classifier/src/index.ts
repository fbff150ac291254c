export type { ClassId, ClassTable, Lineage, ClassTables, Decision, DecisionId, Row, RowId, Step, TrialTables } from './class-table.ts';
export { Classifier } from './classifier.ts';
export { findRange } from './cut-ranges.ts';
export type { RuleAudit } from './audit-rules.ts';
export type { GroupRows } from './group-tables.ts';
export { classOf, judge, judgeOnTrial, type Question } from './judge.ts';
