/** The mdast nodes in which formulas and words stand, as far as they are looked at here. */
type Node = {
  type: string;
  value?: string;
  children?: Node[];
  position?: { start: { offset?: number }; end: { offset?: number } };
};

/** `$5 and $10` are prices: a formula has no blank beside its dollar signs, and no digit after them. */
const isFormula = (source: string, next: string) =>
  source.startsWith('$$') || (!/^\$\s|\s\$$/.test(source) && !/^\d/.test(next));

/** Turns what only looks like a formula back into words. After remark-math. */
export const remarkDollarAmounts = () => (tree: Node, file: { value: unknown }) => {
  const text = String(file.value);
  const visit = (node: Node) => {
    for (const child of node.children ?? []) {
      visit(child);
      if (child.type !== 'inlineMath') continue;
      const end = child.position?.end.offset ?? 0;
      const source = text.slice(child.position?.start.offset ?? 0, end);
      if (isFormula(source, text.slice(end, end + 1))) continue;
      child.type = 'text';
      child.value = source;
      delete (child as { data?: unknown }).data;
    }
  };
  visit(tree);
};
