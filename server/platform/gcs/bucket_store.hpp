#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "platform/blob/blob.hpp"
#include "platform/gcs/objects.hpp"

// A bucket as the store of one installation.
namespace reprise::gcs {

/// The object that holds the id of the installation to which the bucket, or the prefix in it,
/// belongs.
inline constexpr const char* kInstallationKey = "installation";

/// Objects in a bucket. Before its first use it makes sure that the bucket belongs to this
/// installation. Any thread. `objects` outlives it.
class BucketStore final : public blob::BlobStore {
 public:
  /// Gives the id of this installation. Errors (Conflict): `free`, the bucket belongs to nobody,
  /// and this installation may not take it. Throws while that cannot be known.
  using OwnId = std::function<Task<Result<std::string>>(bool free)>;
  /// Notes that the bucket belongs to this installation.
  using Note = std::function<Task<void>()>;

  BucketStore(Objects& objects, OwnId own_id, Note note = {});

  /// The installation to which the bucket belongs; empty: to none yet. Only reads. Errors: NotFound
  /// (there is no such bucket), Forbidden, Unavailable.
  Task<Result<std::string>> owner(Deadline deadline);
  /// Gives the bucket to this installation, if it belongs to none. Errors: those of `owner`;
  /// Conflict: it belongs to another installation, or those of `own_id`. Throws what `own_id` and
  /// `note` throw.
  Task<Status> claim(Deadline deadline);

  Task<Result<blob::BlobInfo>> put(blob::BlobKey key, Bytes content, Deadline deadline) override;
  /// An object of this key with other content is removed, and StoreFailed (Passing) is thrown: the
  /// source cannot be read again, so the caller tries once more.
  Task<Result<blob::BlobInfo>> put_stream(blob::BlobKey key, blob::BlobSource& source,
                                          Deadline deadline) override;
  Task<Result<Bytes>> read(blob::BlobKey key, ByteRange range, Deadline deadline) override;
  Task<void> remove(std::vector<blob::BlobKey> keys, Deadline deadline) override;
  Task<void> remove_all(blob::BlobKey prefix, Deadline deadline) override;
  Task<blob::BlobPage> list(blob::BlobKey prefix, std::string cursor, std::size_t page_max,
                            Deadline deadline) override;
  Task<Status> probe(Deadline deadline) override;
  std::optional<std::string> broken() const override;

  /// One call of a small object takes no longer than this, whatever its deadline is, so that
  /// callers learn soon that the bucket is away.
  static constexpr std::chrono::seconds kSmallWithin{10};
  /// After a call without an answer, others fail at once for this long: each of them would only
  /// wait as well.
  static constexpr std::chrono::seconds kAwayFor{1};
  /// Objects that `remove_all` removes at once. It leaves most of the places of `Objects` to
  /// others.
  static constexpr int kRemovedAtOnce = 8;

 private:
  Task<void> be_ours(Deadline deadline);
  [[noreturn]] void fail_with(const Error& error);
  Task<Result<std::string>> read_owner(Deadline deadline);
  Status refuse(std::string why);
  struct Removal;
  Task<void> remove_these(Removal& removal, Deadline deadline);
  Task<void> remove_some(Removal& removal, Deadline deadline);

  Objects& objects_;
  const OwnId own_id_;
  const Note note_;
  std::atomic<bool> ours_{false};
  mutable std::mutex mutex_;
  // Under the mutex:
  std::optional<std::string> foreign_;
  std::string away_;  // why the bucket did not answer
  Deadline away_until_ = Deadline::after(std::chrono::seconds(0));
};

}  // namespace reprise::gcs
