/** With this width or less the sidebar is a drawer. */
export const kDrawerQuery = '(max-width: 1080px)';
