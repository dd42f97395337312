#include "features/live/live.hpp"

#include <gtest/gtest.h>

namespace reprise::live {
namespace {

LiveSessionCreate good() {
  return {.chat_id = "01936200-0000-7000-8000-000000000000",
          .record = true,
          .consent = Consent{.text_version = "2026-11",
                             .text_sha256 = std::string(64, 'a'),
                             .locale = "en",
                             .given_at = "2026-11-24T10:00:00Z",
                             .method = ConsentMethod::Button,
                             .channels = {ConsentChannel::Microphone, ConsentChannel::Camera}}};
}

TEST(ConsentTest, IsKeptWithItsHash) {
  const auto kept = checked_consent(good());
  ASSERT_TRUE(kept.has_value() && kept->has_value());
  EXPECT_EQ((*kept)->text_sha256_hex, std::string(64, 'a'));
  EXPECT_EQ((*kept)->given_utc_ns, 1'795'514'400'000'000'000);
  EXPECT_EQ((*kept)->method, "button");
  EXPECT_EQ((*kept)->channels_json, R"(["microphone","camera"])");
}

TEST(ConsentTest, IsNeededOnlyForARecording) {
  LiveSessionCreate wish = good();
  wish.consent.reset();
  EXPECT_EQ(checked_consent(wish).error().type, "consent-required");
  wish.record = false;
  EXPECT_FALSE(checked_consent(wish).value().has_value());
}

struct ConsentCase {
  const char* name;
  std::function<void(Consent&)> spoil;
};
class BadConsentTest : public testing::TestWithParam<ConsentCase> {};
TEST_P(BadConsentTest, IsInvalid) {
  LiveSessionCreate wish = good();
  GetParam().spoil(*wish.consent);
  const auto kept = checked_consent(wish);
  ASSERT_FALSE(kept.has_value());
  EXPECT_EQ(kept.error().code, ErrorCode::Invalid);
}
INSTANTIATE_TEST_SUITE_P(
    Members, BadConsentTest,
    testing::Values(ConsentCase{"Version",
                                [](Consent& c) { c.text_version = std::string(41, 'x'); }},
                    ConsentCase{"ShortHash", [](Consent& c) { c.text_sha256.pop_back(); }},
                    ConsentCase{"UpperCaseHash", [](Consent& c) { c.text_sha256[0] = 'A'; }},
                    ConsentCase{"Locale", [](Consent& c) { c.locale = std::string(21, 'x'); }},
                    ConsentCase{"Time", [](Consent& c) { c.given_at = "yesterday"; }},
                    ConsentCase{"NoChannel", [](Consent& c) { c.channels.clear(); }},
                    ConsentCase{"Channels", [](Consent& c) { c.channels.resize(5); }},
                    ConsentCase{"ChannelTwice",
                                [](Consent& c) {
                                  c.channels = {ConsentChannel::Model, ConsentChannel::Camera,
                                                ConsentChannel::Model};
                                }}),
    [](const auto& tested) { return tested.param.name; });

TEST(WantedSocketTest, SaysWhetherHistoryComesFirst) {
  EXPECT_EQ(wanted_socket("{}")->history, gemini::History::None);
  EXPECT_EQ(wanted_socket(R"({"history":false})")->history, gemini::History::None);
  EXPECT_EQ(wanted_socket(R"({"history":true})")->history, gemini::History::First);
  EXPECT_FALSE(wanted_socket(R"({"history":"secret"})"));
}

struct HandleCase {
  const char* name;
  std::string body;
  std::optional<std::string> want;
  bool refused = false;
};
class WantedHandleTest : public testing::TestWithParam<HandleCase> {};
TEST_P(WantedHandleTest, IsReadOrRefusedWithoutAnEcho) {
  const auto wish = wanted_socket(GetParam().body);
  ASSERT_EQ(wish.has_value(), !GetParam().refused);
  if (wish) {
    const auto& handle = wish->resume_from;
    EXPECT_EQ(handle ? std::optional(handle->value) : std::nullopt, GetParam().want);
  } else {
    EXPECT_EQ(wish.error().code, ErrorCode::Invalid);
    EXPECT_EQ(wish.error().client_message.find("secret"), std::string::npos);
    EXPECT_EQ(wish.error().log_detail.find("secret"), std::string::npos);
  }
}
INSTANTIATE_TEST_SUITE_P(
    Bodies, WantedHandleTest,
    testing::Values(
        HandleCase{"NoBody", "", std::nullopt}, HandleCase{"EmptyObject", "{}", std::nullopt},
        HandleCase{"Null", R"({"handle":null})", std::nullopt},
        HandleCase{"Handle", R"({"handle":"Cih+/="})", "Cih+/="},
        HandleCase{"Longest", R"({"handle":")" + std::string(gemini::kHandleBytesMax, 'h') + "\"}",
                   std::string(gemini::kHandleBytesMax, 'h')},
        HandleCase{"TooLong",
                   R"({"handle":"secret)" + std::string(gemini::kHandleBytesMax, 'h') + "\"}",
                   std::nullopt, true},
        HandleCase{"Empty", R"({"handle":""})", std::nullopt, true},
        HandleCase{"Number", R"({"handle":1})", std::nullopt, true},
        HandleCase{"Bare", R"("secret")", std::nullopt, true},
        HandleCase{"AsName", R"({"secret":""})", std::nullopt, true},
        HandleCase{"Twice", R"({"secret":1,"secret":1})", std::nullopt, true},
        HandleCase{"NotJson", "secret", std::nullopt, true}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace reprise::live
