import { kRoles } from '../../ui/role-words';
import { Section, SectionsPage } from '../../ui/sections';
import './admin.css';
import { ForAdmins } from './for-admins';
import { InvitationsList } from './invitations-list';
import { InviteForm } from './invite-form';
import { UsersList } from './users-list';

/** Who has an account, who may come, and what the roles mean. For admins. */
export const UsersPage = () => (
  <ForAdmins title="Users">
    <SectionsPage title="Users">
      <Section title="People">
        <UsersList />
        <p className="field__hint">
          You cannot disable your own account, and the last admin keeps that role: somebody must be
          able to open this page.
        </p>
      </Section>
      <Section title="Invite somebody">
        <p>
          Whoever no rule of the server’s settings admits can come in by invitation. Nothing is
          sent; tell them the address of this page.
        </p>
        <InviteForm />
        <h3>Invited</h3>
        <InvitationsList />
      </Section>
      <Section title="Roles">
        <dl className="sections__facts">
          {Object.values(kRoles).map(({ name, means }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{means}</dd>
            </div>
          ))}
        </dl>
        <p>
          A role comes from here or from the issuer of the login; either is enough. What you take
          here ends within a second. What the issuer takes ends with their next login.
        </p>
      </Section>
    </SectionsPage>
  </ForAdmins>
);
