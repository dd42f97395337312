#pragma once

// What the model gets: the messages before, in the order in which they hang on each other. Pure.

#include <boost/describe/enum.hpp>
#include <vector>

#include "domain/chat/prompt.hpp"

namespace reprise::chat {

/// The most bytes of all turns. More is refused rather than cut without a word.
inline constexpr std::size_t kContextBytesMax = 2'000'000;
/// A token is at least about this long, in the languages that people write.
inline constexpr std::size_t kBytesPerToken = 3;

/// Where an utterance comes from. The names in the API are those of `enum_text`.
enum class Origin : std::uint8_t { Typed, Said, Summary };
BOOST_DESCRIBE_ENUM(Origin, Typed, Said, Summary)

/// An utterance, and the message in which it is.
struct BranchTurn {
  MessageId message;
  Turn turn;
  Origin origin = Origin::Typed;
};
/// The oldest one first.
using Branch = std::vector<BranchTurn>;

/// Puts a summary in the place of all utterances up to those of `covered`.
void put_summary(Branch& branch, const MessageId& id, const MessageId& covered, std::string text);

/// The turns without empty ones; those of one speaker that follow each other are one turn.
std::vector<Turn> joined(std::vector<Turn> turns);
std::vector<Turn> turns_of(const Branch& branch);

std::size_t bytes_of(const Branch& branch);
/// About how many tokens the branch is.
std::size_t tokens_of(const Branch& branch);

/// How many of the oldest utterances have to be told again in a summary, so that the branch has at
/// most `tokens_max`; 0: it fits. What is left then has at most half of them, so that the next
/// summary is far. Whole messages only, up to one of the person's, and never the last one.
std::size_t too_old(const Branch& branch, std::size_t tokens_max);
/// The newest utterances that have at most `tokens_max` in all, from one of the person's on. Empty:
/// not even the last question and its answer fit.
Branch newest_within(Branch branch, std::size_t tokens_max);
/// Asks for a summary of the first `count` utterances.
Prompt summary_prompt(const Branch& branch, std::size_t count);

}  // namespace reprise::chat
