/** The mark: a repeat sign. Thick bar, thin bar, two dots; the upper dot is the person, the lower the model. */
export const Mark = ({ size = 22 }: { readonly size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
    <rect x="3" y="3" width="4" height="18" rx="1" fill="currentColor" />
    <rect x="9" y="3" width="1.6" height="18" rx="0.8" fill="currentColor" />
    <circle cx="16" cy="8.6" r="2.6" fill="var(--person)" />
    <circle cx="16" cy="15.4" r="2.6" fill="var(--model)" />
  </svg>
);
