/** A node of the tree that Markdown becomes (hast), as far as it is looked at here. */
export type HastNode = {
  type: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: HastNode[];
  value?: string;
};

export const textOf = (node: HastNode | undefined): string =>
  node?.value ?? (node?.children ?? []).map(textOf).join('');

export const classesOf = (node: HastNode): readonly string[] => {
  const classes = node.properties?.className;
  return Array.isArray(classes) ? classes.map(String) : [];
};

/** The name after `language-` of a block of code; empty when the text does not say it. */
export const languageOf = (node: HastNode): string =>
  classesOf(node)
    .find((name) => name.startsWith('language-'))
    ?.slice('language-'.length) ?? '';

/** Puts what `change` returns into the place of a child; null leaves it, and looks into it. */
export function replaceIn(node: HastNode, change: (child: HastNode) => HastNode | null): void {
  node.children =
    node.children?.map((child) => {
      const other = change(child);
      if (!other) replaceIn(child, change);
      return other ?? child;
    }) ?? [];
}
