#include "emulator/protocol/setup.hpp"

#include <gtest/gtest.h>

#include "emulator/protocol/client_message.hpp"

namespace reprise::emulator {
namespace {

using std::chrono::milliseconds;

std::expected<Setup, http::CloseReason> checked(std::string_view body) {
  const auto message = parse_client_message(R"({"setup":)" + std::string(body) + "}");
  if (!message) {
    ADD_FAILURE() << message.error().reason;
    return std::unexpected(message.error());
  }
  return check_setup(std::get<SetupMessage>(*message).setup, "v1beta");
}

std::string with(std::string_view more, std::string_view model = "gemini-3.8-live") {
  return R"({"model":"models/)" + std::string(model) + "\"" + (more.empty() ? "" : ",") +
         std::string(more) + "}";
}

struct SetupCase {
  const char* name;
  std::string setup;
  std::uint16_t code;  // 0: accepted
  const char* reason = "";
};
class SetupRules : public testing::TestWithParam<SetupCase> {};

TEST_P(SetupRules, Hold) {
  const auto setup = checked(GetParam().setup);
  EXPECT_EQ(setup ? 0 : setup.error().code, GetParam().code);
  if (!setup) {
    EXPECT_NE(setup.error().reason.find(GetParam().reason), std::string::npos)
        << setup.error().reason;
  }
}

constexpr const char* k31 = "gemini-3.1-flash-live-preview";
constexpr const char* k25 = "gemini-2.5-flash-native-audio-latest";
constexpr const char* kThinking = "gemini-3.8-live-extended-thinking";

INSTANTIATE_TEST_SUITE_P(
    Table, SetupRules,
    testing::Values(
        SetupCase{"Smallest", with(""), 0},
        SetupCase{
            "Ours",
            with(
                R"("generationConfig":{"responseModalities":["AUDIO"],"speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Puck"}}}},"systemInstruction":{"parts":[{"text":"Be kind."}],"role":"user"},"inputAudioTranscription":{},"outputAudioTranscription":{},"contextWindowCompression":{"slidingWindow":{}},"sessionResumption":{})"),
            0},
        SetupCase{"NoModel", "{}", 1007, "invalid argument"},
        SetupCase{"UnknownModel", with("", "gemini-0"), 1008,
                  "models/gemini-0 is not found for API version v1beta"},
        SetupCase{"ModelWithoutPrefix", R"({"model":"gemini-3.8-live"})", 1008, "is not found"},
        SetupCase{"Text", with(R"("generationConfig":{"responseModalities":["TEXT"]})"), 1007,
                  "Cannot extract voices"},
        SetupCase{"TwoModalities",
                  with(R"("generationConfig":{"responseModalities":["AUDIO","AUDIO"]})"), 1007},
        SetupCase{
            "UnknownVoice",
            with(
                R"("generationConfig":{"speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"puck"}}}})"),
            1007},
        SetupCase{"ThinkingOn38",
                  with(R"("generationConfig":{"thinkingConfig":{"thinkingLevel":"LOW"}})"), 1007},
        SetupCase{"ThinkingOn31",
                  with(R"("generationConfig":{"thinkingConfig":{"thinkingLevel":"LOW"}})", k31), 0},
        SetupCase{
            "ThinkingOnExtended",
            with(R"("generationConfig":{"thinkingConfig":{"thinkingLevel":"HIGH"}})", kThinking),
            0},
        SetupCase{"BudgetOn31",
                  with(R"("generationConfig":{"thinkingConfig":{"thinkingBudget":0}})", k31), 1007},
        SetupCase{"BudgetOn25",
                  with(R"("generationConfig":{"thinkingConfig":{"thinkingBudget":0}})", k25), 0},
        SetupCase{"AffectiveOn38", with(R"("generationConfig":{"enableAffectiveDialog":true})"),
                  1007},
        SetupCase{"AffectiveOn25",
                  with(R"("generationConfig":{"enableAffectiveDialog":true})", k25), 0},
        SetupCase{"Translation", with(R"("generationConfig":{"translationConfig":{}})"), 1007},
        SetupCase{"EmptyTools", with(R"("tools":[])"), 1007},
        SetupCase{"EmptyTool", with(R"("tools":[{}])"), 1007},
        SetupCase{"Search", with(R"("tools":[{"googleSearch":{}}])"), 0},
        SetupCase{"NotProactive38", with(R"("proactivity":{"proactiveAudio":false})"), 1007},
        SetupCase{"Proactive38", with(R"("proactivity":{"proactiveAudio":true})"), 0},
        SetupCase{"NotProactive25", with(R"("proactivity":{"proactiveAudio":false})", k25), 0},
        SetupCase{"ProactivityOn31", with(R"("proactivity":{})", k31), 1007},
        SetupCase{
            "PictureInInstruction",
            with(
                R"("systemInstruction":{"parts":[{"inlineData":{"data":"","mimeType":"image/png"}}]})"),
            1007},
        SetupCase{
            "NegativeSilence",
            with(
                R"("realtimeInputConfig":{"automaticActivityDetection":{"silenceDurationMs":-1}})"),
            1007}),
    [](const auto& tested) { return tested.param.name; });

TEST(Setup, ReadsHowToListen) {
  const auto plain = checked(with(""));
  EXPECT_TRUE(plain->listening.automatic);
  EXPECT_EQ(plain->listening.voice_to_start, milliseconds(200));
  EXPECT_EQ(plain->listening.silence_to_end, milliseconds(800));
  EXPECT_TRUE(plain->interrupts);
  EXPECT_FALSE(plain->wants_handles || plain->transcribe_input || plain->transcribe_output);

  const auto tuned = checked(with(
      R"("realtimeInputConfig":{"activityHandling":"NO_INTERRUPTION","automaticActivityDetection":{"startOfSpeechSensitivity":"START_SENSITIVITY_LOW","endOfSpeechSensitivity":"END_SENSITIVITY_LOW","prefixPaddingMs":20}})"));
  EXPECT_EQ(tuned->listening.voice_to_start, milliseconds(300));
  EXPECT_EQ(tuned->listening.silence_to_end, milliseconds(1200));
  EXPECT_FALSE(tuned->interrupts);

  const auto exact = checked(with(
      R"("realtimeInputConfig":{"automaticActivityDetection":{"prefixPaddingMs":500,"silenceDurationMs":100,"endOfSpeechSensitivity":"END_SENSITIVITY_LOW"}})"));
  EXPECT_EQ(exact->listening.voice_to_start, milliseconds(500));
  EXPECT_EQ(exact->listening.silence_to_end, milliseconds(100));

  EXPECT_FALSE(
      checked(with(R"("realtimeInputConfig":{"automaticActivityDetection":{"disabled":true}})"))
          ->listening.automatic);
}

TEST(Setup, PresenceOfResumptionAsksForHandles) {
  const auto fresh = checked(with(R"("sessionResumption":{})"));
  EXPECT_TRUE(fresh->wants_handles);
  EXPECT_FALSE(fresh->resume.has_value());
  EXPECT_EQ(checked(with(R"("sessionResumption":{"handle":"abc"})"))->resume, "abc");
}

}  // namespace
}  // namespace reprise::emulator
