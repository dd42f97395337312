#include "app/object_commands.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "app/bucket.hpp"
#include "app/serve.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/run_alone.hpp"
#include "platform/blob/copy.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/data_lock.hpp"
#include "platform/database/installation.hpp"

namespace reprise::app {
namespace {

/// They mostly wait for the disk.
constexpr std::size_t kDiskThreads = 4;

int refuse(int code, const std::string& sentence) {
  fmt::print(stderr, "reprise: {}\n", sentence);
  return code;
}

Task<Result<std::string>> known_id(std::string id) { co_return id; }

/// Throws SettingRefused when the bucket is wrong, StoreFailed when it or the disk fails.
void copy(const std::filesystem::path& data_dir, BucketPlace place, std::FILE* out) {
  const database::DataLock lock(data_dir);  // refuses while a server uses the directory
  std::string id = database::installation_of(data_dir);
  OpenBucket bucket(std::move(place), [&id](bool) { return known_id(id); }, {}, {}, now_utc_ns);
  // Without the bucket that is noted: whoever copies objects there means it.
  if (!bucket.look(database::Installation{.id = id, .bucket = {}})) {
    throw blob::StoreFailed(blob::StoreFailure::Passing, "the bucket does not answer");
  }
  id = database::make_installation(data_dir);
  bucket.claim();
  database::note_bucket(data_dir, bucket.address().shown());
  BlockingPool pool("disk", kDiskThreads);
  const std::unique_ptr<BlockingPool, void (*)(BlockingPool*)> closing(
      &pool, [](BlockingPool* one) { one->close(); });
  const auto objects = blob::open_local_store(data_dir / "objects", pool);
  const auto copied_of = [&](const char* folder, const char* what) {
    return run_alone(blob::copy_objects(*objects, bucket.store(), blob::BlobKey(folder),
                                        [out, what](const blob::CopiedObjects& so_far) {
                                          fmt::print(out, "{} {}, {} added now\n", so_far.objects,
                                                     what, so_far.added);
                                        }));
  };
  const auto exports = copied_of("exports", "exports of accounts");
  const auto copied = copied_of("recordings", "chunks");
  // What people have attached; not counted among the chunks.
  copied_of("uploads", "parts of files");
  bucket.close();
  fmt::print(out,
             "{} chunks ({} bytes) and {} exports of accounts are in {}, each read back and "
             "compared. Serve it with "
             "REPRISE_BLOB_STORE and --data-dir {} from now on:\nfilms are made anew there. "
             "objects/ is not used any more; keep it as a backup.\n",
             copied.objects, copied.bytes, exports.objects, bucket.address().shown(),
             data_dir.string());
}

}  // namespace

const std::vector<Setting>& copy_objects_settings() {
  static const std::vector<Setting> all{
      {.name = "from", .default_value = "data", .help = "the data directory of a stopped server"},
      {.name = "blob-store", .help = "gs://BUCKET/PREFIX[?endpoint=http://HOST:PORT]"},
      {.name = "gcs-token",
       .kind = Setting::Kind::Secret,
       .help = "an access token, instead of a key file or the metadata server"},
  };
  return all;
}

int copy_objects(const Config& config,
                 const std::vector<std::pair<std::string, std::string>>& environment,
                 std::FILE* out) {
  log::set_level(log::Level::Error);  // what it does is said in words
  const std::filesystem::path data_dir = config.text("from");
  if (!config.has("blob-store")) {
    return refuse(kBadConfiguration, "--blob-store (or REPRISE_BLOB_STORE) is missing");
  }
  if (!std::filesystem::exists(data_dir / "objects")) {
    return refuse(kBadConfiguration,
                  fmt::format("--from {}: there is no objects/", data_dir.string()));
  }
  auto place = bucket_place(config, environment);
  if (!place) return refuse(kBadConfiguration, place.error().client_message);
  try {
    copy(data_dir, *std::move(place), out);
    return 0;
  } catch (const SettingRefused& error) {
    return refuse(kBadConfiguration, error.what());
  } catch (const std::exception& error) {
    return refuse(1, error.what());
  }
}

}  // namespace reprise::app
