#include "domain/session/session.hpp"

#include <array>
#include <utility>

namespace reprise::session {
namespace {

template <class Enum, std::size_t Count>
using Names = std::array<std::pair<Enum, std::string_view>, Count>;

constexpr Names<RecordingState, 4> kStates{
    {{RecordingState::Recording, "recording"},
     {RecordingState::Complete, "complete"},
     {RecordingState::CompleteWithGaps, "complete_with_gaps"},
     {RecordingState::Erased, "erased"}}};
constexpr Names<RecordingEnd, 5> kRecordingEnds{{{RecordingEnd::Hangup, "hangup"},
                                                 {RecordingEnd::Lost, "lost"},
                                                 {RecordingEnd::Crash, "crash"},
                                                 {RecordingEnd::Error, "error"},
                                                 {RecordingEnd::Abandoned, "abandoned"}}};
constexpr Names<SessionEnd, 5> kSessionEnds{{{SessionEnd::Hangup, "hangup"},
                                             {SessionEnd::Lost, "lost"},
                                             {SessionEnd::Error, "error"},
                                             {SessionEnd::NeverConnected, "never_connected"},
                                             {SessionEnd::Abandoned, "abandoned"}}};

template <class Enum, std::size_t Count>
std::string_view name_in(const Names<Enum, Count>& names, Enum value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return {};
}

template <class Enum, std::size_t Count>
std::optional<Enum> value_in(const Names<Enum, Count>& names, std::string_view wanted) {
  for (const auto& [value, name] : names) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(RecordingState state) { return name_in(kStates, state); }
std::string_view name_of(RecordingEnd reason) { return name_in(kRecordingEnds, reason); }
std::string_view name_of(SessionEnd reason) { return name_in(kSessionEnds, reason); }
std::optional<RecordingState> recording_state_of(std::string_view name) {
  return value_in(kStates, name);
}
std::optional<RecordingEnd> recording_end_of(std::string_view name) {
  return value_in(kRecordingEnds, name);
}
std::optional<SessionEnd> session_end_of(std::string_view name) {
  return value_in(kSessionEnds, name);
}

}  // namespace reprise::session
