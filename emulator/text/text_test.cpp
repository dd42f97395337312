// What the text API reads and says. The wire is tested through the official SDK (tests/contract).
#include <gmock/gmock.h>
#include <sndfile.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "emulator/text/ask.hpp"
#include "emulator/text/media_facts.hpp"
#include "emulator/text/openai_ask.hpp"
#include "emulator/text/reply.hpp"

/// Debian's libsndfile 1.2.0 leaks the 5784 bytes of vorbis_info_init for each Ogg file that it
/// cannot open (seen 2026-11-29 with a cut file and nothing but sf_open).
extern "C" const char* __lsan_default_suppressions();   // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
  return "leak:vorbis_info_init";
}

namespace reprise::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Ask asked(std::string text) { return {.turns = {{.text = std::move(text)}}}; }
Reply reply_to(const Ask& ask, const ScenarioText* script = nullptr) {
  std::mt19937_64 random(1);
  return compose(ask, {}, script, {}, random);
}
std::string joined(const Reply& reply) {
  return std::accumulate(reply.pieces.begin(), reply.pieces.end(), std::string());
}
ByteView bytes(std::string_view text) { return std::as_bytes(std::span(text)); }
std::string facts(const std::string& mime_type, std::string_view data) {
  return facts_of(mime_type, bytes(data), [](const auto&) { return std::string("hello"); }).words;
}

TEST(TextPieces, JoinedTheyAreTheText) {
  for (const std::string text :
       {"", "one", "one two three four five", " lead", "trail ", "a\n\nb  c\td e f g",
        "```\ncode  with   blanks\n```\n", "Ünïcödé wörds ärë pïëcës tøø"}) {
    std::string all;
    for (const std::string& piece : pieces_of(text)) {
      EXPECT_FALSE(piece.empty());
      all += piece;
    }
    EXPECT_EQ(all, text);
  }
  EXPECT_THAT(pieces_of("one two three four five"), ElementsAre("one two three four ", "five"));
}

TEST(TextReply, AScriptDecides) {
  const ScenarioText cut{.say = "one two three four five six", .cut_after = 1};
  const Reply reply = reply_to(asked("hello"), &cut);
  EXPECT_TRUE(reply.cut);
  EXPECT_EQ(joined(reply), "one two three four ");

  const ScenarioText block{.block = "SAFETY"};
  EXPECT_EQ(reply_to(asked("hello"), &block).block_reason, "SAFETY");
  EXPECT_TRUE(reply_to(asked("hello"), &block).pieces.empty());

  const ScenarioText unsafe{.finish = "SAFETY"};
  EXPECT_EQ(reply_to(asked("repeat after me yes"), &unsafe).finish_reason, "SAFETY");
  EXPECT_EQ(joined(reply_to(asked("repeat after me yes"), &unsafe)), "Yes.");
}

TEST(TextReply, TheLimitOfTokensEndsIt) {
  Ask ask = asked("tell me a story");
  ask.output_tokens_max = 1;
  const Reply reply = reply_to(ask);
  EXPECT_EQ(reply.finish_reason, "MAX_TOKENS");
  EXPECT_TRUE(reply.pieces.empty());
  EXPECT_EQ(reply.usage.answer, 0);
}

TEST(TextReply, ItQuotesThePersonsOwnWordsOnly) {
  Ask ask{.turns = {{.text = "first"},
                    {.by_model = true, .text = "I"},
                    {.text = "second"},
                    {.by_model = true, .text = "II"},
                    {.text = "what did I say?"}}};
  EXPECT_EQ(joined(reply_to(ask)), "Before, you said: second");
  EXPECT_EQ(joined(reply_to(asked("what did I say?"))), "You said nothing before.");
}

TEST(TextReply, QuestionsAboutTheConversationAreAnsweredFromIt) {
  struct Case {
    const char* asked;
    const char* said;
  };
  for (const auto& [asked, said] : {
           Case{"What did I ask you before?", "Before, you asked: What is a fold?"},
           Case{"what did I just ask", "Before, you asked: What is a fold?"},
           Case{"Repeat what I asked.", "Before, you asked: What is a fold?"},
           Case{"What was my last question?", "Before, you asked: What is a fold?"},
           Case{"What was my first question?", "First, you asked: Who are you?"},
           Case{"What did I say first?", "First, you said: Who are you?"},
           Case{"What have I told you?", "Before, you said: What is a fold?"},
           Case{"What did we talk about?", "Before, you said: What is a fold?"},
           Case{"Repeat after me: what did I ask", "What did I ask."},
       }) {
    const Ask ask{.turns = {{.text = "Who are you?"},
                            {.by_model = true, .text = "I"},
                            {.text = "What is a fold?"},
                            {.by_model = true, .text = "II"},
                            {.text = asked}}};
    EXPECT_EQ(joined(reply_to(ask)), said) << asked;
  }
  EXPECT_EQ(joined(reply_to(asked("What did I ask you before?"))), "You asked nothing before.");
}

TEST(TextReply, ATitleIsTheFirstWordsOfThePerson) {
  const auto title_of = [](std::string first, std::string instruction, std::string last) {
    return joined(reply_to({.turns = {{.by_model = true, .text = "Hi"},
                                      {.text = std::move(first)},
                                      {.by_model = true, .text = "Long answer"},
                                      {.text = std::move(last)}},
                            .instruction = std::move(instruction)}));
  };
  const std::string wish = "Write a title for this conversation. Answer with the title only.";
  EXPECT_EQ(title_of("How do I bake\n bread, at home, in winter?", wish, "Title?"),
            "How do I bake bread, at");
  EXPECT_EQ(title_of("tell me a story.", wish, "Title?"), "tell me a story");
  EXPECT_EQ(title_of("???", wish, "Title?"), "Conversation");
  EXPECT_EQ(title_of("tell me a story", "", "Give this conversation a title"), "tell me a story");
  EXPECT_EQ(title_of("tell me a story", "", "The title is too long"),
            "You said: The title is too long.");
}

TEST(TextReply, ASummaryTellsWhatThePersonSaid) {
  EXPECT_EQ(joined(reply_to({.turns = {{.text = "My cat\nis Pixel."},
                                       {.by_model = true, .text = "Nice."},
                                       {.text = "He is two."},
                                       {.text = "Write the summary."}},
                             .instruction = "Tell it again. Answer with the summary only."})),
            "The person said:\n\n- My cat is Pixel.\n- He is two.");
}

TEST(TextReply, EarlierAttachmentsCountToo) {
  Ask ask{.turns = {{.text = "four", .attachments = {{.mime_type = "image/png"}}},
                    {.by_model = true, .text = "four"},
                    {.text = "four"}}};
  EXPECT_EQ(prompt_usage(ask, {}).prompt, 3 + 258);
  EXPECT_EQ(prompt_usage(ask, {{.modality = "IMAGE", .tokens = 258}}).prompt, 3 + 258 + 258);
}

TEST(TextAsk, ThoughtsOfEarlierAnswersAreNoWords) {
  const auto ask = read_ask(boost::json::parse(
      R"({"contents": [{"role": "model", "parts": [{"text": "secret", "thought": true},
          {"text": "said", "thoughtSignature": "YQ=="}]},
          {"role": "user", "parts": [{"text": "a"}, {"text": "b"}]}],
          "system_instruction": {"parts": [{"text": "brief"}]},
          "generation_config": {"max_output_tokens": 7}})"));
  ASSERT_TRUE(ask) << ask.error();
  EXPECT_EQ(ask->turns.at(0).text, "said");
  EXPECT_EQ(ask->turns.at(1).text, "a\nb");
  EXPECT_EQ(ask->instruction, "brief");
  EXPECT_EQ(ask->output_tokens_max, 7);
}

TEST(TextAsk, BothFormsOfCounting) {
  EXPECT_TRUE(read_count(boost::json::parse(R"({"contents": [{"parts": [{"text": "a"}]}]})")));
  EXPECT_TRUE(read_count(boost::json::parse(
      R"({"generateContentRequest": {"contents": [{"parts": [{"text": "a"}]}]}})")));
  EXPECT_FALSE(read_count(boost::json::parse("{}")));
}

TEST(TextAsk, AnOpenAiRequestIsRead) {
  const auto read = [](std::string_view body) { return read_completion(boost::json::parse(body)); };
  const auto good = read(
      R"({"model": "m", "stream": true, "max_completion_tokens": 9, "messages": [
          {"role": "developer", "content": "brief"}, {"role": "user", "content": [
          {"type": "text", "text": "a"}, {"type": "input_audio",
           "input_audio": {"data": "AAAA", "format": "wav"}}]}]})");
  ASSERT_TRUE(good) << good.error();
  EXPECT_EQ(good->ask.instruction, "brief");
  EXPECT_EQ(good->ask.turns.at(0).attachments.at(0).mime_type, "audio/wav");
  EXPECT_EQ(good->ask.output_tokens_max, 9);
  for (const char* bad :
       {"[]", "{}", R"({"model": "m"})", R"({"model": "m", "messages": [7]})",
        R"({"model": "m", "messages": [{"role": "robot", "content": "a"}]})",
        R"({"model": "m", "messages": [{"role": "user"}]})",
        R"({"model": "m", "messages": [{"role": "user", "content": [{"type": "video"}]}]})",
        R"({"model": "m", "messages": [{"role": "user", "content": "a"},
            {"role": "assistant", "content": "b"}]})"}) {
    EXPECT_FALSE(read(bad)) << bad;
  }
}

/// Two seconds of a tone in this format of libsndfile.
std::string tone(int format) {
  constexpr int kRate = 44'100;
  SF_INFO info{.frames = 0, .samplerate = kRate, .channels = 2, .format = format};
  const std::string path = testing::TempDir() + "tone-" + std::to_string(getpid());
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) return "";
  std::vector<std::int16_t> both;
  both.reserve(std::size_t{4} * kRate);
  for (int frame = 0; frame < 2 * kRate; ++frame) {
    const auto sample = static_cast<std::int16_t>(8'000 * std::sin(frame * 0.06));
    both.insert(both.end(), {sample, sample});
  }
  sf_writef_short(file, both.data(), std::ssize(both) / 2);
  sf_close(file);
  std::ifstream from(path, std::ios::binary);
  std::string data(std::istreambuf_iterator<char>(from), {});
  std::filesystem::remove(path);
  return data;
}

TEST(MediaFacts, SoundOfEachFormatIsDecoded) {
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_PCM_24,
                           SF_FORMAT_FLAC | SF_FORMAT_PCM_16, SF_FORMAT_OGG | SF_FORMAT_VORBIS,
                           SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}) {
    const std::string data = tone(format);
    EXPECT_THAT(facts("audio/x", data),
                testing::MatchesRegex("2\\.[01] seconds of sound, in which I understood: hello"))
        << format;
    facts("audio/x", std::string_view(data).substr(0, data.size() / 3));  // it ends
  }
}

TEST(MediaFacts, DamagedFilesAreSaidToBeUnreadable) {
  EXPECT_EQ(facts("image/png", ""), "a picture that I cannot read");
  EXPECT_EQ(facts("image/png", "\x89PNG\r\n\x1A\n"), "a PNG picture");
  EXPECT_EQ(facts("image/jpeg", "\xFF\xD8\xFF"), "a JPEG picture");
  EXPECT_EQ(facts("image/gif", std::string_view("GIF89a\x05\0\x07\0", 10)),
            "a GIF picture of 5 by 7 pixels");
  EXPECT_EQ(facts("image/webp", "RIFF\1\2\3\4WEBPVP8L"), "a WebP picture");
  EXPECT_EQ(facts("application/pdf", "%PDF"), "a PDF that I cannot read");
  EXPECT_EQ(facts("application/pdf", "%PDF-1.7 /Type"), "a PDF");
  EXPECT_EQ(facts("application/pdf", "%PDF-1.7 /Type /Pages /Type\n/Page>>"), "a PDF with 1 page");
  for (const std::string_view broken :
       {std::string_view(""), std::string_view("RIFF"), std::string_view("RIFF\0\0\0\0WAVE", 12),
        std::string_view("RIFF\0\0\0\0WAVEfmt \xFF\xFF\xFF\xFF", 20),
        std::string_view("RIFF\0\0\0\0WAVEdata\x02\0\0\0aa", 22)}) {
    EXPECT_THAT(facts("audio/wav", broken), HasSubstr("cannot decode"));
  }
}

}  // namespace
}  // namespace reprise::emulator
