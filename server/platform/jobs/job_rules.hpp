#pragma once

// What may be done with a job, and when. Pure: `now` comes in, in nanoseconds since the Unix epoch.

#include <boost/describe/enum.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reprise::jobs {

enum class Kind {
  Fold,   ///< makes the view of a recording; the key is the recording's id
  Erase,  ///< removes what is left of an erased recording; the key is its id
  /// Ends a live session that is not recorded and has gone silent; the key is its id. Each sign of
  /// life puts it off.
  EndSilent,
  Pack,          ///< makes packs of the chunks of a finished recording; the key is its id
  Export,        ///< makes the export of an account; the key is the export's id
  RemoveExport,  ///< removes an export and its file; the key is its id
  EraseAccount,  ///< removes what is left of an erased account; the key is the user's id
  Answer,        ///< writes the model's answer to a message; the key is the answer's id
  CountHours,    ///< counts anew what changed of the analytics; there is one
  /// No work: held for as long as a server uses a database whose objects lie on its own disk.
  LocalStore,
};
BOOST_DESCRIBE_ENUM(Kind, Fold, Erase, EndSilent, Pack, Export, RemoveExport, EraseAccount, Answer,
                    CountHours, LocalStore)

/// How long a node that stops without a word keeps its jobs: another one must have taken them
/// within 10 s, the second of its own polling included.
inline constexpr std::chrono::seconds kLease{6};
/// Two renewals may fail before a lease is lost.
inline constexpr std::chrono::seconds kRenewEvery{2};

/// How often, and at what distances, a job of a kind is tried.
struct Patience {
  std::chrono::seconds first{1};     ///< the wait after the first failure; each further one doubles
  std::chrono::seconds longest{60};  ///< at most this long
  std::int64_t attempts_max = 0;     ///< then it is given up; 0: never
};
/// A fold that fails for hours will fail again (a view that does not fit on the disk, say), and
/// costs the time of the whole recording; a pack only saves calls. What is to be erased is never
/// given up.
Patience patience_of(Kind kind);

/// The wait before the next attempt after `failures` (1 or more); empty: give it up.
std::optional<std::chrono::nanoseconds> wait_after(std::int64_t failures, const Patience& patience);

/// What the row of a job says.
struct JobState {
  std::int64_t attempts = 0;
  /// Attempts that said so. The others ended with their node, which says nothing about the work.
  std::int64_t failures = 0;
  std::int64_t run_after_utc_ns = 0;
  bool given_up = false;
  std::optional<std::string> owner = std::nullopt;
  std::int64_t lease_until_utc_ns = 0;
};

/// Why somebody wants a job now.
enum class Wish {
  Due,  ///< its time has come; counts as an attempt
  Now,  ///< a person waits for it, or something has changed: also before its time, or when it was
        ///< given up
};

/// How many nodes use the database.
enum class Nodes {
  One,      ///< this process alone: whoever else owns a lease is dead
  Several,  ///< a lease counts until it ends
};

/// Who asks for a job.
struct Asker {
  std::string_view node;
  Nodes nodes = Nodes::One;
  bool at_work = false;  ///< this node works on this job already
};

/// Whether another node works on the job.
bool is_elsewhere(const JobState& job, const Asker& asker, std::int64_t now_utc_ns);
bool may_take(const JobState& job, const Asker& asker, Wish wish, const Patience& patience,
              std::int64_t now_utc_ns);

/// Whether it was begun so often that it is not begun again by itself: a fold that ends its process
/// each time never reports that it failed.
bool is_spent(const JobState& job, const Patience& patience);

/// The word that people read.
enum class Standing { Running, Waiting, GivenUp };
BOOST_DESCRIBE_ENUM(Standing, Running, Waiting, GivenUp)
Standing standing_of(const JobState& job, const Asker& asker, std::int64_t now_utc_ns);

}  // namespace reprise::jobs
