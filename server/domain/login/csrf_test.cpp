#include "domain/login/csrf.hpp"

#include <gtest/gtest.h>

namespace reprise::login {
namespace {

const std::vector<std::string> kOurs{"https://reprise.example.test", "http://localhost:8080"};
constexpr const char* kUs = "https://reprise.example.test";
constexpr const char* kJson = "application/json";
constexpr const char* kForm = "multipart/form-data; boundary=b";

struct OriginCase {
  const char* name;
  FromWhere from;
  std::optional<Foreign> want;
};
class OriginTest : public testing::TestWithParam<OriginCase> {};
TEST_P(OriginTest, IsChecked) { EXPECT_EQ(check_origin(GetParam().from, kOurs), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    Requests, OriginTest,
    testing::Values(
        OriginCase{"Ours", {.origin = kUs, .content_type = kJson}, {}},
        OriginCase{"OursInCapitals",
                   {.origin = "HTTPS://Reprise.example.test", .content_type = kJson},
                   {}},
        OriginCase{"OurSecondOrigin",
                   {.origin = "http://localhost:8080", .content_type = "Application/JSON; x=y"},
                   {}},
        OriginCase{"SameOrigin", {.fetch_site = "same-origin", .content_type = kJson}, {}},
        OriginCase{"SameOriginWithoutReferrer",
                   {.origin = "null", .fetch_site = "same-origin", .custom_header = true},
                   {}},
        OriginCase{"CustomHeader", {.origin = kUs, .custom_header = true}, {}},
        OriginCase{"NoOrigin", {.content_type = kJson}, Foreign::Origin},
        OriginCase{"NullOrigin", {.origin = "null", .content_type = kJson}, Foreign::Origin},
        OriginCase{"EmptyOrigin",
                   {.origin = "", .fetch_site = "same-origin", .content_type = kJson},
                   Foreign::Origin},
        OriginCase{
            "OtherOrigin", {.origin = "https://evil.test", .content_type = kJson}, Foreign::Origin},
        OriginCase{
            "OtherOriginThatSaysSame",
            {.origin = "https://evil.test", .fetch_site = "same-origin", .content_type = kJson},
            Foreign::Origin},
        OriginCase{"OtherPort",
                   {.origin = "http://localhost:8081", .content_type = kJson},
                   Foreign::Origin},
        OriginCase{"OtherScheme",
                   {.origin = "http://reprise.example.test", .content_type = kJson},
                   Foreign::Origin},
        OriginCase{"OurNameInFront",
                   {.origin = "https://reprise.example.test.evil.test", .content_type = kJson},
                   Foreign::Origin},
        OriginCase{"SameSite", {.fetch_site = "same-site", .content_type = kJson}, Foreign::Origin},
        OriginCase{"AddressBar", {.fetch_site = "none", .content_type = kJson}, Foreign::Origin},
        OriginCase{"Form", {.origin = kUs, .content_type = "text/plain"}, Foreign::Plain},
        OriginCase{"JsonInPlain",
                   {.origin = kUs, .content_type = "text/plain; application/json"},
                   Foreign::Plain},
        OriginCase{
            "OwnFormWithFiles", {.origin = kUs, .content_type = kForm, .to_file_route = true}, {}},
        OriginCase{"OwnFormElsewhere", {.origin = kUs, .content_type = kForm}, Foreign::Plain},
        OriginCase{"FormWithFilesWithoutOrigin",
                   {.fetch_site = "same-origin", .content_type = kForm, .to_file_route = true},
                   Foreign::Plain},
        OriginCase{"FormWithFilesAndNullOrigin",
                   {.origin = "null",
                    .fetch_site = "same-origin",
                    .content_type = kForm,
                    .to_file_route = true},
                   Foreign::Plain},
        OriginCase{"ForeignFormWithFiles",
                   {.origin = "https://evil.test", .content_type = kForm, .to_file_route = true},
                   Foreign::Origin},
        OriginCase{"OtherFormToFiles",
                   {.origin = kUs,
                    .content_type = "application/x-www-form-urlencoded",
                    .to_file_route = true},
                   Foreign::Plain},
        OriginCase{"NoBody", {.origin = kUs}, Foreign::Plain},
        OriginCase{"Script", {.bearer = true}, {}},
        OriginCase{"ScriptWithCookie",
                   {.content_type = kJson, .cookie = true, .bearer = true},
                   Foreign::Origin},
        OriginCase{"ScriptWithCookieOfOurPage",
                   {.origin = kUs, .content_type = kJson, .cookie = true, .bearer = true},
                   {}}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace reprise::login
