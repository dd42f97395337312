#include "emulator/protocol/token_store.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <random>

#include "base/clock.hpp"

namespace reprise::emulator {
namespace {

namespace json = boost::json;

constexpr std::int64_t kSecond = 1'000'000'000;
const std::int64_t kNow = *parse_rfc3339("2026-11-24T10:00:00Z");

struct MergeCase {
  const char* name;
  const char* token;  // nullptr: no setup
  std::vector<std::string> mask;
  const char* client;
  const char* want;
};
class Merge : public testing::TestWithParam<MergeCase> {};

TEST_P(Merge, FollowsTheLock) {
  TokenLock lock{{}, GetParam().mask};
  if (GetParam().token != nullptr) lock.setup = json::parse(GetParam().token).as_object();
  EXPECT_EQ(merge_setup(lock, json::parse(GetParam().client).as_object()),
            json::parse(GetParam().want).as_object());
}

INSTANTIATE_TEST_SUITE_P(
    Table, Merge,
    testing::Values(MergeCase{"NothingLocked", nullptr, {}, R"({"model":"c"})", R"({"model":"c"})"},
                    MergeCase{"FullLock",
                              R"({"model":"t"})",
                              {},
                              R"({"model":"c","sessionResumption":{"handle":"h"}})",
                              R"({"model":"t"})"},
                    MergeCase{"FullLockGoesOnFromItsOwnHandle",
                              R"({"model":"t","sessionResumption":{"handle":"t"}})",
                              {},
                              R"({"model":"c","sessionResumption":{"handle":"c"}})",
                              R"({"model":"t","sessionResumption":{"handle":"t"}})"},
                    MergeCase{"MaskedFieldFromTheToken",
                              R"({"model":"t"})",
                              {"model"},
                              R"({"model":"c","tools":[]})",
                              R"({"model":"t","tools":[]})"},
                    MergeCase{"UnmaskedFieldFromTheClient",
                              R"({"model":"t","labels":{"a":"1"}})",
                              {"model"},
                              R"({"model":"c"})",
                              R"({"model":"t"})"},
                    MergeCase{"MaskedAndAbsentIsForcedEmpty",
                              R"({"model":"t"})",
                              {"model", "tools"},
                              R"({"model":"c","tools":[1]})",
                              R"({"model":"t"})"},
                    MergeCase{"MaskWithoutSetup",
                              nullptr,
                              {"model"},
                              R"({"model":"c","labels":{}})",
                              R"({"labels":{}})"},
                    MergeCase{"Deep",
                              R"({"generationConfig":{"temperature":1}})",
                              {"generationConfig.temperature"},
                              R"({"generationConfig":{"temperature":2,"topP":0.5}})",
                              R"({"generationConfig":{"temperature":1,"topP":0.5}})"},
                    MergeCase{"DeepAndAbsent",
                              R"({"generationConfig":{"topP":1}})",
                              {"generationConfig.temperature"},
                              R"({"generationConfig":{"temperature":2,"topK":3}})",
                              R"({"generationConfig":{"topK":3}})"},
                    MergeCase{"DeepIntoNothing",
                              R"({"generationConfig":{"temperature":1}})",
                              {"generationConfig.temperature"},
                              R"({"model":"c"})",
                              R"({"model":"c","generationConfig":{"temperature":1}})"},
                    MergeCase{"DeepAbsentOnBothSides",
                              R"({"generationConfig":{"topP":1}})",
                              {"generationConfig.temperature"},
                              R"({"model":"c"})",
                              R"({"model":"c"})"},
                    MergeCase{"WholeObject",
                              R"({"generationConfig":{"topP":1}})",
                              {"generationConfig"},
                              R"({"generationConfig":{"temperature":2}})",
                              R"({"generationConfig":{"topP":1}})"},
                    MergeCase{"HandleStaysFree",
                              R"({"model":"t"})",
                              {"model"},
                              R"({"sessionResumption":{"handle":"h"}})",
                              R"({"sessionResumption":{"handle":"h"},"model":"t"})"},
                    MergeCase{"PinnedHandle",
                              R"({"sessionResumption":{}})",
                              {"sessionResumption"},
                              R"({"sessionResumption":{"handle":"h"}})",
                              R"({"sessionResumption":{}})"}),
    [](const auto& tested) { return tested.param.name; });

TEST(TokenOrder, HasGooglesDefaults) {
  for (const char* body : {"{}", ""}) {
    const auto order = read_token_order(body, NestedMasks::Refuse, kNow);
    EXPECT_EQ(order->uses, 1);
    EXPECT_EQ(order->expires_ns, kNow + 30 * 60 * kSecond);
    EXPECT_EQ(order->opens_until_ns, kNow + 60 * kSecond);
    EXPECT_FALSE(order->lock.setup.has_value());
  }
}

TEST(TokenOrder, ReadsSetupAndMaskInEitherCase) {
  const auto order = read_token_order(
      R"({"uses":"3","expire_time":"2026-11-24T11:00:00Z","newSessionExpireTime":"2026-11-24T10:00:30.5Z",
          "bidiGenerateContentSetup":{"model":"models/gemini-3.8-live","generation_config":{"top_k":"4"}},
          "fieldMask":"model,generation_config.top_k,generationConfig.responseModalities,tools"})",
      NestedMasks::Refuse, kNow);
  ASSERT_TRUE(order.has_value()) << order.error();
  EXPECT_EQ(order->uses, 3);
  EXPECT_EQ(order->expires_ns, kNow + 3600 * kSecond);
  EXPECT_EQ(order->opens_until_ns, kNow + 30 * kSecond + kSecond / 2);
  EXPECT_EQ(order->lock.mask,
            (std::vector<std::string>{"model", "generationConfig.topK",
                                      "generationConfig.responseModalities", "tools"}));
  EXPECT_TRUE(order->lock.setup->at("generationConfig").as_object().contains("topK"));
}

TEST(TokenOrder, AcceptsTheFormOfTheDocumentation) {
  const auto order = read_token_order(
      R"({"liveConnectConstraints":{"model":"gemini-3.8-live","config":{"responseModalities":["AUDIO"],"temperature":0.5,"sessionResumption":{}}}})",
      NestedMasks::Refuse, kNow);
  ASSERT_TRUE(order.has_value()) << order.error();
  EXPECT_EQ(
      *order->lock.setup,
      json::parse(
          R"({"model":"models/gemini-3.8-live","sessionResumption":{},"generationConfig":{"responseModalities":["AUDIO"],"temperature":0.5}})")
          .as_object());
}

TEST(TokenOrder, IsRefusedWithASentence) {
  for (const auto& [body, want] : std::vector<std::pair<std::string, std::string>>{
           {"[]", "object"},
           {"{", "Invalid JSON"},
           {R"({"used":1})", "Unknown name \"used\""},
           {R"({"uses":-1})", "'uses'"},
           {R"({"expireTime":"tomorrow"})", "'expire_time'"},
           {R"({"expireTime":"2026-11-24T09:59:59Z"})", "'expire_time'"},
           {R"({"expireTime":"2026-11-25T06:00:01Z"})", "'expire_time'"},
           {R"({"newSessionExpireTime":"2026-11-24T10:00:00Z"})", "'new_session_expire_time'"},
           {R"({"fieldMask":"generationConfig.warmth"})", "'field_mask'"},
           {R"({"fieldMask":"model,"})", ""},
           {R"({"fieldMask":","})", "'field_mask'"},
           {R"({"bidiGenerateContentSetup":{"model":1}})", "'bidi_generate_content_setup.model'"},
           {R"({"bidiGenerateContentSetup":{},"liveConnectConstraints":{}})", "not both"}}) {
    const auto order = read_token_order(body, NestedMasks::Refuse, kNow);
    if (want.empty()) {
      EXPECT_TRUE(order.has_value()) << body;
    } else {
      ASSERT_FALSE(order.has_value()) << body;
      EXPECT_NE(order.error().find(want), std::string::npos) << order.error();
    }
  }
}

TEST(TokenOrder, RefusesMasksBelowOtherObjectsAsReported) {
  for (const char* path : {"systemInstruction.parts", "system_instruction.parts", "tools.0",
                           "contextWindowCompression.slidingWindow", "sessionResumption.handle"}) {
    const std::string body = R"({"fieldMask":"model,)" + std::string(path) + "\"}";
    const auto refused = read_token_order(body, NestedMasks::Refuse, kNow);
    ASSERT_FALSE(refused.has_value()) << path;
    if (std::string_view(path) == "tools.0") continue;  // not a field of the setup in any form
    EXPECT_EQ(refused.error(), "field_mask is invalid for BidiGenerateContentSetup");
    EXPECT_TRUE(read_token_order(body, NestedMasks::Allow, kNow).has_value()) << path;
  }
}

class Tokens : public testing::Test {
 protected:
  std::mt19937_64 random{1};
  TokenStore store{[this] { return random(); }};
  TokenOrder order{.uses = 1, .expires_ns = 100, .opens_until_ns = 50};
};

TEST_F(Tokens, OpenAsOftenAsTheyAllow) {
  order.uses = 2;
  const std::string name = store.mint(order, 0);
  EXPECT_TRUE(store.open(name, 0).has_value());
  EXPECT_TRUE(store.open(name, 0).has_value());
  const auto third = store.open(name, 0);
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error().code, 1008);
  order.uses = 0;
  const std::string endless = store.mint(order, 0);
  for (int use = 0; use < 20; ++use) EXPECT_TRUE(store.open(endless, 0).has_value());
}

TEST_F(Tokens, OpenNothingTooLate) {
  const std::string name = store.mint(order, 0);
  EXPECT_EQ(store.open(name, 50).error().code, 1008);
  EXPECT_EQ(store.open(name, 100).error().code, 1008);
  EXPECT_EQ(store.open(name, 49)->expires_ns, 100);
}

TEST_F(Tokens, OpenWithTheSetupThatTheyWereMadeFor) {
  order.lock.setup =
      boost::json::object{{"model", "models/m"}, {"generationConfig", {{"topK", 3}}}};
  order.lock.mask = {"model"};
  const auto opened = store.open(store.mint(order, 0), 0);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->lock.setup, order.lock.setup);
  EXPECT_EQ(opened->lock.mask, order.lock.mask);
}

TEST_F(Tokens, TakeABoundedNumberOfBytes) {
  order.lock.setup = boost::json::object{{"systemInstruction", std::string(200'000, 'x')}};
  std::string first;
  std::string last;
  for (int minted = 0; minted < 500; ++minted) {
    order.expires_ns = 100 + minted;
    last = store.mint(order, 0);
    if (minted == 0) first = last;
  }
  EXPECT_LE(store.count() * 200'000, TokenStore::kBytesMax);
  EXPECT_GT(store.count(), 70U);
  EXPECT_TRUE(store.open(last, 0).has_value());
  EXPECT_EQ(store.open(first, 0).error().code, 1007) << "those that expire first are forgotten";
}

TEST_F(Tokens, AreForgottenAWhileAfterTheyExpire) {
  const std::string name = store.mint(order, 0);
  order.expires_ns = 1'000'000'000'000;
  store.mint(order, 100);
  EXPECT_EQ(store.open(name, 100).error().code, 1008) << "it expired, and that is said";
  EXPECT_EQ(store.count(), 2U);
  store.mint(order, 100 + TokenStore::kExpiredKeptNs);
  EXPECT_EQ(store.count(), 2U);
  EXPECT_EQ(store.open(name, 100).error().code, 1007);
}

TEST_F(Tokens, AreUnknownWhenMadeUp) {
  EXPECT_EQ(store.open("", 0).error().code, 1007);
  EXPECT_EQ(store.open("auth_tokens/00", 0).error().code, 1007);
}

}  // namespace
}  // namespace reprise::emulator
