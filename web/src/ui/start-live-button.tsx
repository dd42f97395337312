import { AudioLines } from 'lucide-react';
import { Button } from './button';

/** The way into a live session, the main thing to do where it stands. */
export const StartLiveButton = ({
  size = 'big',
  onPress,
}: {
  readonly size?: 'normal' | 'big';
  readonly onPress: () => void;
}) => (
  <Button variant="primary" size={size} icon={<AudioLines aria-hidden />} onClick={onPress}>
    Start live
  </Button>
);
