#include "domain/login/return_path.hpp"

#include <gtest/gtest.h>

namespace reprise::login {
namespace {

TEST(ReturnPath, IsAPathOfOurPages) {
  for (const char* path :
       {"/", "/chats/1", "/recordings/0197?t=12.5", "/search?q=a%20b%2Fc", "/search?q=100%25",
        "/a#b", "/chats/new", "/search?q=http://x//y", "/search?q=%C3%A4", "/apiary"}) {
    EXPECT_TRUE(is_return_path(path)) << path;
    EXPECT_EQ(return_path(path), path);
  }
}

TEST(ReturnPath, NeverLeavesOurOrigin) {
  for (const char* path : {"",
                           "chats",
                           "https://evil.test",
                           "https:/evil.test",
                           "javascript:alert(1)",
                           "//evil.test",
                           "///evil.test",
                           "/\\evil.test",
                           "\\/evil.test",
                           "\\\\evil.test",
                           "/%2Fevil.test",
                           "/%2fevil.test",
                           "/%5Cevil.test",
                           "/%5cevil.test",
                           "%2F%2Fevil.test",
                           "/%252Fevil.test",
                           "/%25252Fevil.test",
                           "/%2525252Fevil.test",
                           "/%09/evil.test",
                           "/\t/evil.test",
                           "/\n",
                           "/a\r\nSet-Cookie: x=y",
                           "/a%0d%0aSet-Cookie:%20x=y",
                           "/a%00b",
                           "/\x7f",
                           "/%7f",
                           "/ ",
                           " /",
                           "/a b",
                           "/%",
                           "/%2",
                           "/%zz",
                           "/a//evil.test",
                           "/./../evil.test",
                           "/..//evil.test",
                           "/.//evil.test",
                           "/%2e%2e//evil.test",
                           "/\xe2\x80\xae",
                           "/a\\b",
                           "/a?q=\\",
                           "/api",
                           "/api/auth/dex/login",
                           "@evil.test",
                           ".evil.test",
                           "?x",
                           "#x"}) {
    EXPECT_FALSE(is_return_path(path)) << path;
    EXPECT_EQ(return_path(path), "/") << path;
  }
}

TEST(ReturnPath, HasALimit) {
  const std::string longest = "/" + std::string(kReturnPathBytesMax - 1, 'a');
  EXPECT_TRUE(is_return_path(longest));
  EXPECT_FALSE(is_return_path(longest + "a"));
}

}  // namespace
}  // namespace reprise::login
