#pragma once

// What a message is, and its limits. The names in JSON and in the database are those of
// `enum_text`.

#include <boost/describe/enum.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::chat {

using MessageId = Strong<struct MessageIdTag, std::string>;  ///< UUIDv7 text

enum class Kind : std::uint8_t { LiveSession, Text };
BOOST_DESCRIBE_ENUM(Kind, LiveSession, Text)
enum class Role : std::uint8_t { Person, Model };
BOOST_DESCRIBE_ENUM(Role, Person, Model)
/// How far an answer has come; what a person sent is always complete. Stopped: by the person, or at
/// its longest length. Failed: the model's service or a server that ended was the reason.
enum class State : std::uint8_t { Streaming, Complete, Stopped, Failed };
BOOST_DESCRIBE_ENUM(State, Streaming, Complete, Stopped, Failed)

/// What the model's service counted; empty: it did not say.
struct Usage {
  std::optional<std::int64_t> input_tokens = std::nullopt;
  std::optional<std::int64_t> output_tokens = std::nullopt;
  std::optional<std::int64_t> thought_tokens = std::nullopt;
  friend bool operator==(const Usage&, const Usage&) = default;
};

/// Where the service looked for what it says.
struct Source {
  std::string title;
  std::string url;  ///< https
  friend bool operator==(const Source&, const Source&) = default;
};
struct Grounding {
  std::vector<Source> sources;
  std::vector<std::string> searches;  ///< what it looked for in a search engine
  friend bool operator==(const Grounding&, const Grounding&) = default;
};

/// Why an answer ended early: the last part of a problem's type URI, and a sentence for people.
struct Trouble {
  std::string type;
  std::string detail;
  friend bool operator==(const Trouble&, const Trouble&) = default;
};

/// How an answer ended.
struct Ending {
  State state = State::Complete;
  std::optional<Trouble> trouble = std::nullopt;
  friend bool operator==(const Ending&, const Ending&) = default;
};

/// The most code points that a person may send at once.
inline constexpr std::size_t kTextCharactersMax = 100'000;
/// An answer is ended at this size.
inline constexpr std::size_t kAnswerBytesMax = 1'000'000;
/// The most bytes of the summary of its reasoning that are kept of an answer.
inline constexpr std::size_t kReasoningBytesMax = 100'000;
/// The most sources, and searches, that are kept of an answer, and the most bytes of each text in
/// them.
inline constexpr std::size_t kSourcesMax = 50;
inline constexpr std::size_t kSourceBytesMax = 2'000;
/// The most bytes in the name that a client gives to what it sends.
inline constexpr std::size_t kClientIdBytesMax = 128;
/// For how many answers at once one user may wait.
inline constexpr std::int64_t kAnswersAtOnceMax = 8;
/// How many streams of answers one user may have open at one node.
inline constexpr int kStreamsAtOnceMax = 32;

/// Whether a person may send this. Errors: Invalid, naming `text`.
Status check_text(std::string_view text);

/// What to do with an answer that this node did not begin: its node has died.
enum class TakeOver : std::uint8_t {
  BeginAnew,  ///< nobody has seen anything of it yet
  Fail,       ///< begun anew it would say something else than what people have read
};
/// `age_ns`: since its question was sent. After a minute nobody expects it any more.
TakeOver take_over(std::int64_t pieces, std::int64_t age_ns);

/// The ending of an answer whose node ended.
Ending interrupted();

}  // namespace reprise::chat
