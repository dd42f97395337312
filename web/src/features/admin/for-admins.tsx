import { useQuery } from '@tanstack/react-query';
import { ShieldUser } from 'lucide-react';
import type { ReactNode } from 'react';
import { meQuery } from '../../api/account';
import { Panel } from '../../ui/panel';
import { SectionsPage } from '../../ui/sections';

type Props = { readonly title: string; readonly children: ReactNode };

/** What only admins see. The server refuses it to others; this says so in words. */
export function ForAdmins({ title, children }: Props) {
  const { data: me } = useQuery(meQuery);
  if (!me) return <SectionsPage title={title}>{null}</SectionsPage>;
  if (me.roles.includes('admin')) return children;
  return (
    <SectionsPage title={title}>
      <Panel icon={<ShieldUser aria-hidden />} title="This page is for admins">
        You are not one here. An admin can make you one, on the page “Users”.
      </Panel>
    </SectionsPage>
  );
}
