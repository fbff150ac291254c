/**
 * SARIF 2.1.0, as code hosts show it beside the changed lines.
 *
 * @module
 */
export interface SarifRule {
  readonly id: string;
  readonly text: string;
}

export interface SarifResult {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly file: string;
  /** Undefined: the file as a whole. */
  readonly line?: number;
}

/** Relative, with slashes, without characters that an URI has no room for. */
const uriOf = (file: string): string => encodeURI(file.replaceAll('\\', '/').replace(/^\.\//, '')).replaceAll('#', '%23').replaceAll('?', '%3F');

/** A lone half of a character is no text in JSON for everybody. */
const whole = (text: string): string => text.toWellFormed();

const resultOf = ({ ruleId, level, text, file, line }: SarifResult): unknown => ({
  ruleId,
  level,
  message: { text: whole(text) },
  locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(whole(file)) }, region: { startLine: line ?? 1 } } }],
});

export const sarifLog = (version: string, rules: readonly SarifRule[], results: readonly SarifResult[]): unknown => ({
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [{ tool: { driver: { name: 'firsthop', version, rules: rules.map(({ id, text }) => ({ id, shortDescription: { text } })) } }, results: results.map(resultOf) }],
});
