import { Dialog } from '../ui/dialog';
import { KeysList } from './keys-list';

export const KeysSheet = ({ onClose }: { readonly onClose: () => void }) => (
  <Dialog title="Keys" onClose={onClose}>
    <KeysList level={3} />
  </Dialog>
);
