// The Live messages inside of rows of the wire: which of their members mean something.

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <string>

#include "domain/recording/format/rows.hpp"

namespace reprise::recording {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string row_with(std::string_view message, std::string_view more = "") {
  return R"({"socket":1,"index":2,"text":)" + boost::json::serialize(boost::json::value(message)) +
         std::string(more) + "}";
}
WireRow received(std::string_view message) {
  RowReader reader;
  return reader.wire_rx(as_bytes(row_with(message))).value();
}
WireRow sent(std::string_view message, std::string_view more = "") {
  RowReader reader;
  return reader.wire_tx(as_bytes(row_with(message, more))).value();
}

/// What is said of a message, in words.
std::string flags_of(const WireRow& row) {
  std::string flags;
  if (row.interrupted) flags += " interrupted";
  if (row.generation_complete) flags += " generation";
  if (row.turn_complete) flags += " turn";
  if (row.goes_on) flags += " goes-on";
  if (row.input_finished) flags += " finished";
  return flags;
}

struct FlagsCase {
  const char* message;
  const char* want;
};
class WireFlagsTest : public testing::TestWithParam<FlagsCase> {};
TEST_P(WireFlagsTest, AreThoseOfTheMessage) {
  EXPECT_EQ(flags_of(received(GetParam().message)), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Messages, WireFlagsTest,
    testing::Values(
        FlagsCase{R"({"serverContent":{"turnComplete":true}})", " turn"},
        FlagsCase{R"({"server_content":{"turn_complete":true}})", " turn"},
        FlagsCase{R"({"serverContent":{"turnComplete":false}})", ""},
        FlagsCase{R"({"serverContent":{"generationComplete":true}})", " generation"},
        FlagsCase{R"({"serverContent":{"generation_complete":true}})", " generation"},
        FlagsCase{R"({"serverContent":{"interrupted":true}})", " interrupted"},
        FlagsCase{R"({"serverContent":{"interrupted":"true"}})", ""},
        FlagsCase{R"({"serverContent":5,"turnComplete":true})", ""},
        FlagsCase{R"({"setupComplete":{}})", ""},
        FlagsCase{R"({"serverContent":{"inputTranscription":{"text":"a","finished":true}}})",
                  " finished"},
        FlagsCase{R"({"serverContent":{"input_transcription":{"text":"a","finished":false}}})", ""},
        FlagsCase{R"({"serverContent":{"inputTranscription":{"text":"a"}}})", ""},
        FlagsCase{R"({"serverContent":{"turnComplete":true,"interactionStatus":"IN_PROGRESS"}})",
                  " turn goes-on"},
        FlagsCase{R"({"serverContent":{"turnComplete":true},"interaction_status":"IN_PROGRESS"})",
                  " turn goes-on"},
        FlagsCase{R"({"serverContent":{"turnComplete":true,"interactionStatus":"DONE"}})",
                  " turn"}));

TEST(WireRowTest, KeepsTheTextPartsThatAreNoThoughts) {
  const WireRow row =
      received(R"({"serverContent":{"modelTurn":{"parts":[5,{"text":"a"},{"text":""},)"
               R"({"text":"b","inlineData":{}},{"text":"c","inline_data":{}},)"
               R"({"text":"d","thought":true},{"text":"e","thought":false},{"code":"f"}]}}})");
  EXPECT_THAT(row.written, ElementsAre("a", "e"));
  EXPECT_THAT(received(R"({"serverContent":{"modelTurn":{"parts":{"text":"a"}}}})").written,
              IsEmpty());
  EXPECT_THAT(received(R"({"serverContent":{"modelTurn":["text"]}})").written, IsEmpty());
}

TEST(WireRowTest, ReadsWhatWasSaidUnderBothSpellings) {
  for (
      const auto* message :
      {R"({"serverContent":{"inputTranscription":{"text":"a"},"outputTranscription":{"text":"b"}}})",
       R"({"server_content":{"input_transcription":{"text":"a"},"output_transcription":{"text":"b"}}})"}) {
    const WireRow row = received(message);
    EXPECT_EQ(row.input_text, "a");
    EXPECT_EQ(row.output_text, "b");
    EXPECT_EQ(flags_of(row), "");
  }
}

TEST(WireRowTest, ReadsAMessageThatHasEveryMember) {
  const WireRow row = received(
      R"({"serverContent":{"turnComplete":true,"interrupted":true,"inputTranscription":{"text":"a"},)"
      R"("modelTurn":{"parts":[{"text":"b"}]}}})");
  EXPECT_EQ(flags_of(row), " interrupted turn");
  EXPECT_EQ(row.input_text, "a");
  EXPECT_THAT(row.written, ElementsAre("b"));
}

TEST(WireRowTest, NoWordsHoldTheLetterThatPostgresqlDoesNotStore) {
  const WireRow row = received(
      R"({"serverContent":{"inputTranscription":{"text":"a\u0000b"},"outputTranscription":{"text":"\u0000c"},)"
      R"("modelTurn":{"parts":[{"text":"d\u0000"},{"text":"\u0000"}]}}})");
  EXPECT_EQ(row.input_text, "ab");
  EXPECT_EQ(row.output_text, "c");
  EXPECT_THAT(row.written, ElementsAre("d"));
  EXPECT_EQ(sent(R"({"realtimeInput":{"text":"e\u0000"}})").typed_text, "e");
}

TEST(WireRowTest, ReadsWhatWasTyped) {
  EXPECT_EQ(sent(R"({"realtimeInput":{"text":"hello"}})").typed_text, "hello");
  EXPECT_EQ(sent(R"({"realtime_input":{"text":"hello"}})").typed_text, "hello");
  EXPECT_EQ(sent(R"({"clientContent":{"text":"hello"}})").typed_text, "");
  EXPECT_EQ(sent(R"({"realtimeInput":{"text":7}})").typed_text, "");
  EXPECT_EQ(sent("\"text\"").typed_text, "");
  EXPECT_FALSE(sent(R"({"realtimeInput":{"text":"hello"}})").typed_again);
  EXPECT_TRUE(sent(R"({"realtimeInput":{"text":"hello"}})", R"(,"again":true)").typed_again);
}

TEST(WireRowTest, KnowsWhereItsSoundLies) {
  RowReader reader;
  const auto audio = [&reader](std::string_view audio_json) {
    const auto json = row_with("{}", R"(,"audio":)" + std::string(audio_json));
    return reader.wire_rx(as_bytes(json)).value().audio;
  };
  const auto whole = audio(R"({"first_sample":5,"sample_count":6})");
  ASSERT_TRUE(whole.has_value());
  EXPECT_EQ(whole->first_sample, ModelSample(5));
  EXPECT_EQ(whole->sample_count, ModelSample(6));
  EXPECT_EQ(whole->item, std::nullopt);
  EXPECT_FALSE(audio(R"({"first_sample":5})").has_value());
  EXPECT_FALSE(audio("[5,6]").has_value());
}

TEST(WireRowTest, TokensAreCountedByWhatTheyStandFor) {
  const TokenUse use =
      received(R"({"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":522,)"
               R"("responseTokenCount":42,"totalTokenCount":564,"promptTokensDetails":[)"
               R"({"modality":"TEXT","tokenCount":332},{"modality":"AUDIO","tokenCount":165}],)"
               R"("responseTokensDetails":[{"modality":"AUDIO","tokenCount":42}],)"
               R"("thoughtsTokenCount":136}})")
          .tokens;
  EXPECT_EQ(use, (TokenUse{.prompt_text = 332 + 25,  // 25 of the sum are in no detail
                           .prompt_sound = 165,
                           .answer_sound = 42,
                           .thoughts = 136}));
  EXPECT_EQ(received(R"({"usage_metadata":{"prompt_token_count":3,"response_token_count":2,)"
                     R"("prompt_tokens_details":[{"modality":"IMAGE","token_count":3}]}})")
                .tokens,
            (TokenUse{.prompt_picture = 3, .answer_text = 2}));
  EXPECT_EQ(
      received(R"({"usageMetadata":{"promptTokenCount":-5,"responseTokenCount":1e30}})").tokens,
      TokenUse());
  EXPECT_EQ(received(R"({"usageMetadata":7})").tokens, TokenUse());
}

}  // namespace
}  // namespace reprise::recording
