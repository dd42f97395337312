import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { useBeside } from './floating/use-beside';
import './tooltip.css';
import { watchTooltips } from './watch-tooltips';

/** The one tooltip of the page. Tools that read aloud get name and key from the control itself. */
export function TooltipHost() {
  const [shown, setShown] = useState<HTMLElement | null>(null);
  const [element, setElement] = useState<HTMLElement | null>(null);
  useEffect(() => watchTooltips(document, setShown), []);
  useEffect(() => {
    if (!shown) return;
    // Also called when the control leaves the page.
    const gone = new ResizeObserver(() => !shown.isConnected && setShown(null));
    gone.observe(shown);
    return () => gone.disconnect();
  }, [shown]);
  const side = shown?.dataset.tooltipSide === 'top' ? 'top' : 'bottom';
  useBeside(shown, element, { side, align: 'center' });
  if (!shown) return null;
  const { tooltip: text, tooltipKey: key } = shown.dataset;
  return createPortal(
    <div ref={setElement} className="tooltip" aria-hidden>
      {text}
      {key ? <kbd>{key}</kbd> : null}
    </div>,
    // Everything else is below an open dialog, or not shown beside an element in full screen.
    shown.closest('dialog') ?? document.fullscreenElement ?? document.body,
  );
}
