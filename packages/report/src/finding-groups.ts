import type { FindingVerdict } from '@opi-snn/harness';

/** Findings of one origin under one heading. */
export interface FindingGroup {
  /** Heading, in plain text. */
  readonly title: string;
  /** What a sentence calls them: “of 3 findings OWNER”. */
  readonly owner: string;
  readonly findings: readonly FindingVerdict[];
}

/**
 * Findings by whose they are: a publication's, or this project's own.
 *
 * @param findings  judged
 * @returns the groups that are not empty, published ones first
 */
export function findingGroups(findings: readonly FindingVerdict[]): FindingGroup[] {
  const isOurs = ({ confidence }: FindingVerdict): boolean => confidence === 'ours';
  const groups: FindingGroup[] = [
    {
      title: 'The paper’s findings',
      owner: 'of the paper',
      findings: findings.filter((one) => !isOurs(one)),
    },
    { title: 'Claims of this project', owner: 'of this project', findings: findings.filter(isOurs) },
  ];
  return groups.filter((group) => group.findings.length > 0);
}
