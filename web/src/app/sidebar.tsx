import { useQuery } from '@tanstack/react-query';
import { ChartLine, LibraryBig, ListChecks, PanelLeft, Plus, Search, Users } from 'lucide-react';
import { aboutQuery } from '../api/about';
import { ChatList } from '../features/chat/chat-list';
import { Button } from '../ui/button';
import { formatCount } from '../ui/format';
import { IconButton } from '../ui/icon-button';
import { Mark } from '../ui/mark';
import { Link, PlaceLink } from '../ui/router/link';
import './sidebar.css';
import { SidebarFoot } from './sidebar-foot';
import { useRecordingCount } from './use-recording-count';

type Props = {
  readonly onNewChat: () => void;
  readonly onHide: () => void;
  readonly onSearch: () => void;
  readonly onShowKeys: () => void;
  readonly onDeleted: (chatId: string) => () => void;
};

export function Sidebar({ onNewChat, onHide, onSearch, onShowKeys, onDeleted }: Props) {
  const { data: about } = useQuery(aboutQuery);
  const recordings = useRecordingCount();
  return (
    <aside className="sidebar" aria-label="Sidebar">
      <div className="sidebar__brand">
        <Link to="/">
          <Mark />
          Reprise
        </Link>
        <IconButton
          label="Hide sidebar"
          shortcut="Ctrl B"
          icon={<PanelLeft aria-hidden />}
          onClick={onHide}
        />
      </div>
      <Button variant="line" icon={<Plus aria-hidden />} onClick={onNewChat}>
        New chat
      </Button>
      <nav className="sidebar__places" aria-label="Places">
        <button type="button" className="side-link" onClick={onSearch}>
          <Search aria-hidden />
          Search
          <kbd className="side-link__key">Ctrl K</kbd>
        </button>
        <PlaceLink className="side-link" to="/recordings">
          <LibraryBig aria-hidden />
          Library
          {recordings ? <span className="side-link__count">{formatCount(recordings)}</span> : null}
        </PlaceLink>
        <PlaceLink className="side-link" to="/tasks">
          <ListChecks aria-hidden />
          Tasks
        </PlaceLink>
        <PlaceLink className="side-link" to="/analytics">
          <ChartLine aria-hidden />
          Analytics
        </PlaceLink>
        {about?.sharing === 'users' || about?.sharing === 'links' ? (
          <PlaceLink className="side-link" to="/shared">
            <Users aria-hidden />
            Shared with me
          </PlaceLink>
        ) : null}
      </nav>
      <ChatList onDeleted={onDeleted} />
      <SidebarFoot onShowKeys={onShowKeys} />
    </aside>
  );
}
