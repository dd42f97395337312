#include "domain/chat/context.hpp"

#include <algorithm>
#include <iterator>

namespace reprise::chat {

namespace {

constexpr int kSummaryTokensMax = 2'000;
constexpr const char* kSummaryInstruction =
    "The conversation below has grown too long. Tell again what matters in it for going on: names, "
    "facts, decisions, open questions, and what the person asked for. Use its language, and "
    "Markdown lists where they help. Answer with the summary only.";
constexpr const char* kSummaryWish = "Write the summary of our conversation so far.";
constexpr const char* kSummaryHead = "Summary of what was said before:\n\n";

/// A summary is made of words: the files are only named.
Turn without_files(Turn turn) {
  for (const Attachment& file : turn.attachments)
    turn.text += "\n[Attached file " + file.name + "]";
  turn.attachments.clear();
  return turn;
}

}  // namespace

void put_summary(Branch& branch, const MessageId& id, const MessageId& covered, std::string text) {
  const auto last =
      std::ranges::find(branch.rbegin(), branch.rend(), covered, &BranchTurn::message);
  branch.erase(branch.begin(), last.base());
  branch.insert(
      branch.begin(),
      {id, {.role = Role::Person, .text = kSummaryHead + std::move(text)}, Origin::Summary});
}

std::vector<Turn> joined(std::vector<Turn> turns) {
  std::vector<Turn> all;
  all.reserve(turns.size());
  for (Turn& turn : turns) {
    if (turn.text.empty() && turn.attachments.empty()) continue;
    if (!all.empty() && all.back().role == turn.role) {
      Turn& before = all.back();
      if (!before.text.empty() && !turn.text.empty()) before.text += "\n\n";
      before.text += turn.text;
      std::ranges::move(turn.attachments, std::back_inserter(before.attachments));
    } else {
      all.push_back(std::move(turn));
    }
  }
  return all;
}

std::vector<Turn> turns_of(const Branch& branch) {
  std::vector<Turn> turns;
  turns.reserve(branch.size());
  for (const BranchTurn& one : branch) turns.push_back(one.turn);
  return joined(std::move(turns));
}

std::size_t bytes_of(const Branch& branch) {
  std::size_t bytes = 0;
  for (const BranchTurn& one : branch) bytes += one.turn.text.size();
  return bytes;
}

std::size_t tokens_of(const Branch& branch) { return bytes_of(branch) / kBytesPerToken; }

std::size_t too_old(const Branch& branch, std::size_t tokens_max) {
  std::size_t left = bytes_of(branch);
  if (left <= tokens_max * kBytesPerToken) return 0;
  const std::size_t aim = tokens_max * kBytesPerToken / 2;
  std::size_t count = 0;
  for (std::size_t at = 0; at + 1 < branch.size(); ++at) {
    left -= branch[at].turn.text.size();
    const BranchTurn& next = branch[at + 1];
    if (next.message == branch[at].message || next.turn.role != Role::Person) continue;
    count = at + 1;
    if (left <= aim) break;
  }
  return count;
}

Branch newest_within(Branch branch, std::size_t tokens_max) {
  std::size_t bytes = 0;
  auto begin = branch.end();
  for (auto at = branch.end(); at != branch.begin();) {
    --at;
    bytes += at->turn.text.size();
    if (bytes > tokens_max * kBytesPerToken) break;
    if (at->turn.role == Role::Person) begin = at;
  }
  branch.erase(branch.begin(), begin);
  return branch;
}

Prompt summary_prompt(const Branch& branch, std::size_t count) {
  std::vector<Turn> turns;
  turns.reserve(count + 1);
  for (std::size_t at = 0; at < count; ++at) turns.push_back(without_files(branch[at].turn));
  turns.push_back({.role = Role::Person, .text = kSummaryWish});
  return {.turns = joined(std::move(turns)),
          .instruction = kSummaryInstruction,
          .output_tokens_max = kSummaryTokensMax};
}

}  // namespace reprise::chat
