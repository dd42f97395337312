#include "emulator/protocol/shapes.hpp"

namespace reprise::emulator::shapes {
namespace {

constexpr bool kList = true;

Field text(std::string_view name) { return {name, Kind::Text}; }
Field flag(std::string_view name) { return {name, Kind::Bool}; }
Field int32(std::string_view name) { return {name, Kind::Int32}; }
Field int64(std::string_view name) { return {name, Kind::Int64}; }
Field number(std::string_view name) { return {name, Kind::Number}; }
Field bytes(std::string_view name) { return {name, Kind::Base64}; }
Field any_object(std::string_view name) { return {name, Kind::Struct}; }
Field texts(std::string_view name) { return {name, Kind::Text, nullptr, {}, kList}; }
Field objects(std::string_view name) { return {name, Kind::Struct, nullptr, {}, kList}; }
Field message(std::string_view name, const Shape& shape) { return {name, Kind::Message, &shape}; }
Field messages(std::string_view name, const Shape& shape) {
  return {name, Kind::Message, &shape, {}, kList};
}

constexpr std::initializer_list<std::string_view> kModalities{"AUDIO", "TEXT", "IMAGE",
                                                              "MODALITY_UNSPECIFIED"};
constexpr std::initializer_list<std::string_view> kResolutions{
    "MEDIA_RESOLUTION_UNSPECIFIED", "MEDIA_RESOLUTION_LOW", "MEDIA_RESOLUTION_MEDIUM",
    "MEDIA_RESOLUTION_HIGH"};
constexpr std::initializer_list<std::string_view> kThinkingLevels{
    "THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH"};
constexpr std::initializer_list<std::string_view> kStartSensitivities{
    "START_SENSITIVITY_UNSPECIFIED", "START_SENSITIVITY_HIGH", "START_SENSITIVITY_LOW"};
constexpr std::initializer_list<std::string_view> kEndSensitivities{
    "END_SENSITIVITY_UNSPECIFIED", "END_SENSITIVITY_HIGH", "END_SENSITIVITY_LOW"};
constexpr std::initializer_list<std::string_view> kActivityHandlings{
    "ACTIVITY_HANDLING_UNSPECIFIED", "START_OF_ACTIVITY_INTERRUPTS", "NO_INTERRUPTION"};
constexpr std::initializer_list<std::string_view> kTurnCoverages{
    "TURN_COVERAGE_UNSPECIFIED", "TURN_INCLUDES_ONLY_ACTIVITY", "TURN_INCLUDES_ALL_INPUT",
    "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO"};
constexpr std::initializer_list<std::string_view> kBehaviors{"UNSPECIFIED", "BLOCKING",
                                                             "NON_BLOCKING"};
constexpr std::initializer_list<std::string_view> kSchedulings{"SCHEDULING_UNSPECIFIED", "SILENT",
                                                               "WHEN_IDLE", "INTERRUPT"};
constexpr std::initializer_list<std::string_view> kTranscriptionModes{"MODE_UNSPECIFIED",
                                                                      "VERBATIM", "SMART"};

const Shape& empty() {
  static const Shape shape{};
  return shape;
}
const Shape& blob() {
  static const Shape shape{{bytes("data"), text("mimeType"), text("displayName")}};
  return shape;
}
const Shape& part() {
  static const Shape shape{{text("text"), message("inlineData", blob()), flag("thought"),
                            bytes("thoughtSignature"), any_object("functionCall"),
                            any_object("functionResponse"), any_object("fileData"),
                            any_object("executableCode"), any_object("codeExecutionResult"),
                            any_object("videoMetadata")}};
  return shape;
}
const Shape& content() {
  static const Shape shape{{text("role"), messages("parts", part())}};
  return shape;
}
const Shape& function_declaration() {
  static const Shape shape{{text("name"),
                            text("description"),
                            any_object("parameters"),
                            {"parametersJsonSchema", Kind::Any},
                            any_object("response"),
                            {"responseJsonSchema", Kind::Any},
                            {"behavior", Kind::Enum, nullptr, kBehaviors}}};
  return shape;
}
const Shape& tool() {
  static const Shape shape{
      {messages("functionDeclarations", function_declaration()), any_object("googleSearch"),
       any_object("codeExecution"), any_object("urlContext"), any_object("googleMaps"),
       any_object("fileSearch"), any_object("computerUse"), objects("mcpServers")}};
  return shape;
}
const Shape& voice_config() {
  static const Shape prebuilt{{text("voiceName")}};
  static const Shape shape{{message("prebuiltVoiceConfig", prebuilt),
                            any_object("replicatedVoiceConfig"), text("voice")}};
  return shape;
}
const Shape& speech_config() {
  static const Shape shape{{message("voiceConfig", voice_config()), text("languageCode")}};
  return shape;
}
const Shape& generation_config() {
  static const Shape thinking{{{"thinkingLevel", Kind::Enum, nullptr, kThinkingLevels},
                               int32("thinkingBudget"),
                               flag("includeThoughts")}};
  static const Shape shape{{{"responseModalities", Kind::Enum, nullptr, kModalities, kList},
                            number("temperature"),
                            number("topP"),
                            number("topK"),
                            int32("maxOutputTokens"),
                            int32("seed"),
                            {"mediaResolution", Kind::Enum, nullptr, kResolutions},
                            message("speechConfig", speech_config()),
                            message("thinkingConfig", thinking),
                            flag("enableAffectiveDialog"),
                            any_object("translationConfig")}};
  return shape;
}
const Shape& transcription() {
  static const Shape shape{{texts("languageCodes"),
                            texts("customVocabulary"),
                            flag("wordTimestamp"),
                            flag("diarization"),
                            {"mode", Kind::Enum, nullptr, kTranscriptionModes},
                            text("sourceText"),
                            flag("languageAuto"),
                            any_object("languageHints"),
                            texts("adaptationPhrases")}};
  return shape;
}
const Shape& realtime_input_config() {
  static const Shape detection{
      {flag("disabled"),
       {"startOfSpeechSensitivity", Kind::Enum, nullptr, kStartSensitivities},
       {"endOfSpeechSensitivity", Kind::Enum, nullptr, kEndSensitivities},
       int32("prefixPaddingMs"),
       int32("silenceDurationMs")}};
  static const Shape shape{{message("automaticActivityDetection", detection),
                            {"activityHandling", Kind::Enum, nullptr, kActivityHandlings},
                            {"turnCoverage", Kind::Enum, nullptr, kTurnCoverages},
                            flag("interimTranscriptTimestampEnabled")}};
  return shape;
}
const Shape& compression() {
  static const Shape window{{int64("targetTokens")}};
  static const Shape shape{{int64("triggerTokens"), message("slidingWindow", window)}};
  return shape;
}

}  // namespace

const Shape& setup() {
  static const Shape resumption{{text("handle")}};
  static const Shape proactivity{{flag("proactiveAudio"), flag("proactiveVideo")}};
  static const Shape history{{flag("initialHistoryInClientContent")}};
  static const Shape shape{{text("model"), message("generationConfig", generation_config()),
                            message("systemInstruction", content()), messages("tools", tool()),
                            message("sessionResumption", resumption),
                            message("inputAudioTranscription", transcription()),
                            message("outputAudioTranscription", transcription()),
                            message("realtimeInputConfig", realtime_input_config()),
                            message("contextWindowCompression", compression()),
                            message("proactivity", proactivity), objects("safetySettings"),
                            message("historyConfig", history), any_object("labels"),
                            any_object("avatarConfig")}};
  return shape;
}

const Shape& client_content() {
  static const Shape shape{{messages("turns", content()), flag("turnComplete")}};
  return shape;
}

const Shape& realtime_input() {
  static const Shape shape{{message("audio", blob()), message("video", blob()), text("text"),
                            message("activityStart", empty()), message("activityEnd", empty()),
                            flag("audioStreamEnd")}};
  return shape;
}

const Shape& tool_response() {
  static const Shape response{{text("id"),
                               text("name"),
                               any_object("response"),
                               {"scheduling", Kind::Enum, nullptr, kSchedulings},
                               flag("willContinue"),
                               objects("parts")}};
  static const Shape shape{{messages("functionResponses", response)}};
  return shape;
}

const Shape& generate_content() {
  static const Shape thinking{{{"thinkingLevel", Kind::Enum, nullptr, kThinkingLevels},
                               int32("thinkingBudget"),
                               flag("includeThoughts")}};
  static const Shape config{{texts("stopSequences"),
                             text("responseMimeType"),
                             any_object("responseSchema"),
                             {"responseJsonSchema", Kind::Any},
                             {"responseModalities", Kind::Enum, nullptr, kModalities, kList},
                             int32("candidateCount"),
                             int32("maxOutputTokens"),
                             number("temperature"),
                             number("topP"),
                             number("topK"),
                             int32("seed"),
                             number("presencePenalty"),
                             number("frequencyPenalty"),
                             flag("responseLogprobs"),
                             int32("logprobs"),
                             {"mediaResolution", Kind::Enum, nullptr, kResolutions},
                             message("speechConfig", speech_config()),
                             message("thinkingConfig", thinking)}};
  static const Shape shape{{text("model"), messages("contents", content()),
                            message("systemInstruction", content()), messages("tools", tool()),
                            any_object("toolConfig"), objects("safetySettings"),
                            message("generationConfig", config), text("cachedContent"),
                            any_object("labels"), text("serviceTier")}};
  return shape;
}

const Shape& count_tokens() {
  static const Shape shape{{text("model"), messages("contents", content()),
                            message("generateContentRequest", generate_content())}};
  return shape;
}

const Shape& context_update() {
  static const Shape tools{{messages("tools", tool())}};
  static const Shape shape{{message("systemInstruction", content()), message("tools", tools)}};
  return shape;
}

const Shape& auth_token() {
  static const Shape constraints{{text("model"), any_object("config")}};
  static const Shape shape{{text("name"), int32("uses"), text("expireTime"),
                            text("newSessionExpireTime"),
                            message("bidiGenerateContentSetup", setup()),
                            message("liveConnectConstraints", constraints), text("fieldMask")}};
  return shape;
}

}  // namespace reprise::emulator::shapes
