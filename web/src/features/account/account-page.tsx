import { useQuery } from '@tanstack/react-query';
import { type Me, meQuery } from '../../api/account';
import '../../ui/form.css';
import { kRoles, rolesShown } from '../../ui/role-words';
import { Section, SectionsPage } from '../../ui/sections';
import { Skeleton } from '../../ui/skeleton';
import './account.css';
import { EraseSection } from './erase-section';
import { ExportSection } from './export-section';
import { SessionsList } from './sessions-list';

/** Who one is here, and where one is logged in. */
export function AccountPage() {
  const { data: me } = useQuery(meQuery);
  return (
    <SectionsPage title="Your account">
      <Section title="You">{me ? <You me={me} /> : <Skeleton height="64px" />}</Section>
      {me?.authenticated_by === 'session' ? (
        <Section title="Where you are logged in">
          <SessionsList />
        </Section>
      ) : null}
      {me ? (
        <>
          <Section title="Export">
            <ExportSection me={me} />
          </Section>
          <Section title="Erase">
            <EraseSection me={me} />
          </Section>
        </>
      ) : null}
    </SectionsPage>
  );
}

function You({ me }: { readonly me: Me }) {
  if (me.authenticated_by === 'local_user') {
    return <p>Here nobody logs in. Everything belongs to whoever uses this computer.</p>;
  }
  const roles = rolesShown(me.roles);
  return (
    <dl className="sections__facts">
      <div>
        <dt>Name</dt>
        <dd>
          <bdi>{me.name || 'Your issuer gives none'}</bdi>
        </dd>
      </div>
      <div>
        <dt>E-mail</dt>
        <dd>
          <bdi>{me.email || 'None that your issuer has confirmed'}</bdi>
        </dd>
      </div>
      <div>
        <dt>Role</dt>
        <dd>
          {roles.map((role) => (
            <p key={role}>
              {kRoles[role].name}
              <small>{kRoles[role].means}</small>
            </p>
          ))}
        </dd>
      </div>
    </dl>
  );
}
