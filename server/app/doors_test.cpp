#include "app/doors.hpp"

#include <gtest/gtest.h>

namespace reprise::app {
namespace {

using http::Door;

TEST(Doors, OnlyTheFixedSetIsPublic) {
  const std::pair<const char*, Door> kCases[] = {
      {"/", Door::Open},
      {"/login", Door::Open},
      {"/assets/index.js", Door::Open},
      {"/healthz", Door::Open},
      {"/readyz", Door::Open},
      {"/apis", Door::Open},
      {"/API/chats", Door::Open},  // no route but the page's has such a path
      {"/{path:rest}", Door::Open},
      {"/api/about", Door::Known},
      {"/api/openapi.json", Door::Known},
      {"/api/auth/issuers", Door::Known},
      {"/api/auth/dex/login", Door::Known},
      {"/api/auth/dex/callback", Door::Known},
      {"/api/auth/{issuer:segment}/callback", Door::Known},
      {"/api/share-links/open", Door::Known},
      {"/api/share-links/{id:uuid}", Door::Known},
      {"/api/participation/open", Door::Known},
      {"/api/participation/consent", Door::Known},
      {"/api/participation", Door::Locked},
      {"/api/participation/answers", Door::Locked},
      {"/api/participation/withdraw", Door::Locked},
      {"/api/participation/open/x", Door::Locked},
      {"/api/share-links", Door::Locked},
      {"/api/share-links/", Door::Locked},
      {"/api/share-links/x/y", Door::Locked},
      {"/api/shares/0194a000-0000-7000-8000-00000000000a", Door::Locked},
      {"/api/shared", Door::Locked},
      {"/api", Door::Locked},
      {"/api/", Door::Locked},
      {"/api/about/", Door::Locked},
      {"/api/about/x", Door::Locked},
      {"/api/About", Door::Locked},
      {"/api/openapi.jsonx", Door::Locked},
      {"/api/auth", Door::Locked},
      {"/api/auth/logout", Door::Locked},
      {"/api/auth/sessions", Door::Locked},
      {"/api/auth/sessions/0194a000-0000-7000-8000-00000000000a", Door::Locked},
      {"/api/auth//login", Door::Locked},
      {"/api/auth/dex/login/", Door::Locked},
      {"/api/auth/dex/x/login", Door::Locked},
      {"/api/auth/dex/logins", Door::Locked},
      {"/api/auth/login", Door::Locked},
      {"/api/chats", Door::Locked},
      {"/api/chats/login", Door::Locked},
      {"/api/{path:rest}", Door::Locked},
      {"/api/nothing", Door::Locked},
  };
  for (const auto& [path, door] : kCases) EXPECT_EQ(door_of(path), door) << path;
}

}  // namespace
}  // namespace reprise::app
