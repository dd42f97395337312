#include "domain/login/roles.hpp"

#include <gtest/gtest.h>

namespace reprise::login {
namespace {

using access::Role;
using access::Roles;

TEST(LoginRoles, ComeFromGroups) {
  const RoleRules rules{.admin = {"admins", "root"}, .researcher = {"staff"}};
  EXPECT_EQ(roles_of({}, rules), Roles{Role::Participant});
  EXPECT_EQ(roles_of({"guests"}, rules), Roles{Role::Participant});
  EXPECT_EQ(roles_of({"x", "staff"}, rules), (Roles{Role::Participant, Role::Researcher}));
  EXPECT_EQ(roles_of({"root"}, rules), (Roles{Role::Participant, Role::Admin}));
  EXPECT_EQ(roles_of({"staff", "admins"}, rules),
            (Roles{Role::Participant, Role::Researcher, Role::Admin}));
  EXPECT_EQ(roles_of({"Admins", "admin", "", "admins "}, rules), Roles{Role::Participant});
  EXPECT_EQ(roles_of({""}, {}), Roles{Role::Participant});
}

}  // namespace
}  // namespace reprise::login
