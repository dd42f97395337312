#include "domain/chat/provider_stream.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/utf8.hpp"

namespace reprise::chat {
namespace {

namespace json = boost::json;

std::string piece(std::string_view text, std::string_view more = "") {
  return "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":" +
         json::serialize(json::value(text)) + "}],\"role\":\"model\"}" + std::string(more) +
         ",\"index\":0}]}\r\n\r\n";
}
const std::string kStop = R"(,"finishReason":"STOP")";

struct Read {
  std::string text;
  Ending ending;
  Usage usage;
  std::optional<std::string> error;
  std::string reasoning;
  Grounding grounding;
};
/// Reads a stream that comes in pieces of `size` bytes.
Read read(std::string_view stream, std::size_t size, Dialect dialect = Dialect::Gemini) {
  ProviderStream provider(dialect);
  Read read;
  for (std::size_t at = 0; at < stream.size(); at += size) {
    provider.feed(stream.substr(at, size));
    read.text += provider.take_text();
  }
  provider.end();
  read.text += provider.take_text();
  read.ending = provider.ending();
  read.usage = provider.usage();
  read.error = provider.error_body();
  read.reasoning = provider.reasoning();
  read.grounding = provider.grounding();
  return read;
}
std::string type_of(const Ending& ending) { return ending.trouble ? ending.trouble->type : ""; }

TEST(ProviderStream, TextIsTheSameHoweverTheBytesCome) {
  const std::string stream =
      piece("A cat") + piece(" on a m\u00e4t \U0001F408") + piece(".", kStop);
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    const Read got = read(stream, size);
    EXPECT_EQ(got.text, "A cat on a m\u00e4t \U0001F408.") << size;
    EXPECT_EQ(got.ending, Ending{}) << size;
  }
}

TEST(ProviderStream, LinesMayEndInEachOfThreeWays) {
  for (const std::string_view end : {"\n", "\r", "\r\n"}) {
    std::string stream;
    for (const std::string_view word : {"one", "two"}) {
      stream += R"(data:{"candidates":[{"content":{"parts":[{"text":")" + std::string(word) +
                R"("}]},"finishReason":"STOP"}]})";
      stream += end;
      stream += end;
    }
    EXPECT_EQ(read(": a comment" + std::string(end) + stream, 3).text, "onetwo");
  }
}

TEST(ProviderStream, ThoughtsAreLeftOutAndCountsAreTheLastOnes) {
  const std::string stream =
      R"(data: {"candidates":[{"content":{"parts":[{"text":"Hm","thought":true},{"text":"Yes"}]}}],)"
      R"("usageMetadata":{"promptTokenCount":7,"totalTokenCount":7}})"
      "\n\n"
      R"(data: {"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":7,)"
      R"("candidatesTokenCount":9,"thoughtsTokenCount":40,"cachedContentTokenCount":-1}})"
      "\n\n";
  const Read got = read(stream, 11);
  EXPECT_EQ(got.text, "Yes");
  EXPECT_EQ(got.reasoning, "Hm");
  EXPECT_EQ(got.usage, (Usage{.input_tokens = 7, .output_tokens = 9, .thought_tokens = 40}));
}

TEST(ProviderStream, ACharacterThatWasCutIsPutTogether) {
  const std::string high = R"(data: {"candidates":[{"content":{"parts":[{"text":"a\ud83d"}]}}]})";
  const std::string low =
      R"(data: {"candidates":[{"content":{"parts":[{"text":"\udc08b"}]},"finishReason":"STOP"}]})";
  EXPECT_EQ(read(high + "\n\n" + low + "\n\n", 5).text, "a\U0001F408b");
  EXPECT_EQ(read(high + "\n\n", 5).text, "a") << "the half that never gets its other one";
}

TEST(ProviderStream, NothingThatADatabaseRefusesComesOut) {
  const std::string text =
      read(piece(std::string_view("a\0b", 3)) + "data: {\"x\": \"\xff\"}\n\n", 4).text;
  EXPECT_EQ(text,
            "a\uFFFD"
            "b");
}

TEST(ProviderStream, EveryEndHasItsWords) {
  struct Row {
    std::string stream;
    State state;
    std::string type;
  };
  const auto ended = [](const std::string& reason) {
    return piece("Half", R"(,"finishReason":")" + reason + "\"");
  };
  const std::vector<Row> rows{
      {ended("STOP"), State::Complete, ""},
      {ended("MAX_TOKENS"), State::Stopped, "answer-too-long"},
      {ended("SAFETY"), State::Failed, "answer-blocked"},
      {ended("PROHIBITED_CONTENT"), State::Failed, "answer-blocked"},
      {ended("RECITATION"), State::Failed, "answer-blocked"},
      {ended("LANGUAGE"), State::Failed, "answer-blocked"},
      {ended("SOMETHING_NEW"), State::Failed, "answer-ended"},
      {ended("<script>"), State::Failed, "answer-ended"},
      {piece("Half"), State::Failed, "answer-cut"},
      {"", State::Failed, "answer-cut"},
      {"data: [1]\n\n", State::Failed, "answer-cut"},
      {"data: {\n\n", State::Failed, "answer-cut"},
      {"data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n", State::Failed,
       "question-blocked"},
  };
  for (const Row& row : rows) {
    const Ending ending = read(row.stream, 1000).ending;
    EXPECT_EQ(ending.state, row.state) << row.stream;
    EXPECT_EQ(type_of(ending), row.type) << row.stream;
    if (!ending.trouble) continue;
    EXPECT_TRUE(ending.trouble->detail.ends_with('.')) << ending.trouble->detail;
    EXPECT_FALSE(ending.trouble->detail.contains('<')) << ending.trouble->detail;
  }
}

TEST(ProviderStream, AnErrorInTheMiddleIsKeptForItsWords) {
  const std::string body =
      R"({"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}})";
  const std::vector<std::string> errors{"data: " + body + "\n\n", body,
                                        "{\n  \"error\": {\"code\": 503}\n}\n"};
  for (const std::string& error : errors) {
    const Read got = read(piece("Half") + error, 7);
    EXPECT_EQ(got.text, "Half");
    EXPECT_TRUE(got.error.has_value()) << error;
  }
}

TEST(ProviderStream, SourcesAreKeptOnceAndOnlyWithHttps) {
  const auto grounded = [](std::string_view chunks) {
    return R"(data: {"candidates":[{"groundingMetadata":{"groundingChunks":[)" +
           std::string(chunks) + R"(],"webSearchQueries":["a b","a b",7]}}]})" + "\n\n";
  };
  const std::string a = R"({"web":{"uri":"https://a.example","title":"A"}})";
  const std::string rest =
      R"(,{"web":{"uri":"http://b.example"}},{"web":{"uri":"javascript:x"}},{"web":7},7,)"
      R"({"web":{"uri":"https://c.example"}})";
  const Read got = read(grounded(a) + grounded(a + rest), 9);
  EXPECT_EQ(got.grounding.sources,
            (std::vector<Source>{{"A", "https://a.example"},
                                 {"https://c.example", "https://c.example"}}));
  EXPECT_EQ(got.grounding.searches, std::vector<std::string>{"a b"});
}

TEST(ProviderStream, ACompletionOfOpenAiIsReadToo) {
  const std::string stream =
      ": keep-alive\n\n"
      R"(data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"
      "\n\n"
      R"(data: {"choices":[{"delta":{"reasoning_content":"Hm.","content":"Y\u00e9"}}]})"
      "\n\n"
      R"(data: {"choices":[{"delta":{"content":"s"},"finish_reason":"stop"}]})"
      "\n\n"
      R"(data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9,)"
      R"("completion_tokens_details":{"reasoning_tokens":4}}})"
      "\n\ndata: [DONE]\n\ndata: nonsense\n\n";
  for (const std::size_t size : {1UL, 7UL, 10'000UL}) {
    const Read got = read(stream, size, Dialect::OpenAi);
    EXPECT_EQ(got.text, "Y\u00e9s");
    EXPECT_EQ(got.reasoning, "Hm.");
    EXPECT_EQ(got.ending, Ending{});
    EXPECT_EQ(got.usage, (Usage{.input_tokens = 7, .output_tokens = 9, .thought_tokens = 4}));
  }
  const auto ended = [](const std::string& reason) {
    return type_of(read(R"(data: {"choices":[{"delta":{},"finish_reason":")" + reason + "\"}]}\n\n",
                        99, Dialect::OpenAi)
                       .ending);
  };
  EXPECT_EQ(ended("length"), "answer-too-long");
  EXPECT_EQ(ended("content_filter"), "answer-blocked");
  EXPECT_EQ(ended("tool_calls"), "answer-ended");
  EXPECT_EQ(type_of(read("data: [DONE]\n\n", 99, Dialect::OpenAi).ending), "answer-cut");
  EXPECT_TRUE(read(R"(data: {"error":{"message":"Overloaded"}})"
                   "\n\n",
                   99, Dialect::OpenAi)
                  .error.has_value());
}

TEST(ProviderStream, ServicesThatAreOnlyLikeOpenAiAreReadToo) {
  const auto got = [](std::string_view stream) { return read(stream, 3, Dialect::OpenAi); };
  const Read no_reason =
      got("data: {\"choices\":[{\"delta\":{\"content\":\"Yes\"}}]}\n\ndata: [DONE]\n\n");
  EXPECT_EQ(no_reason.text, "Yes");
  EXPECT_EQ(no_reason.ending, Ending{}) << "it says that this was all";
  const Read whole = got(
      R"({"choices":[{"message":{"role":"assistant","content":"Yes"},"finish_reason":"stop"}]})");
  EXPECT_EQ(whole.text, "Yes") << "it does not stream";
  EXPECT_EQ(whole.ending, Ending{});
  const Read parts =
      got(R"(data: {"choices":[{"delta":{"content":[{"type":"text","text":"Y"},{"text":"es"}]}}]})"
          "\n\ndata: [DONE]\n\n");
  EXPECT_EQ(parts.text, "Yes");
  const Read marked =
      got("\xEF\xBB\xBF"
          "data: {\"choices\":[{\"delta\":{\"content\":\"Yes\",\"reasoning\":\"Hm.\"}}]}\n\n");
  EXPECT_EQ(marked.text, "Yes");
  EXPECT_EQ(marked.reasoning, "Hm.");
  EXPECT_EQ(type_of(marked.ending), "answer-cut");
  EXPECT_TRUE(got("data: {\"error\":\"model not loaded\"}\n\n").error.has_value());
  EXPECT_FALSE(got("data: {\"error\":null,\"choices\":[]}\n\n").error.has_value());
}

TEST(ProviderStream, AnEndlessEventIsNotKept) {
  ProviderStream provider(Dialect::Gemini);
  provider.feed("data: ");
  const std::string much(100'000, 'x');
  for (int i = 0; i < 41; ++i) provider.feed(much);
  EXPECT_TRUE(provider.over());
}

}  // namespace
}  // namespace reprise::chat
