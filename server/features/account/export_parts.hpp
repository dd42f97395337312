#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/account/export_manifest.hpp"
#include "platform/archive/parts.hpp"
#include "platform/blob/blob.hpp"
#include "platform/uploads/uploads.hpp"

namespace reprise::account {

/// A file of an export, before it is read.
struct Part {
  std::string path;
  std::optional<std::uint64_t> bytes;  ///< when they are known ahead
  std::int64_t modified_utc_ns = 0;
  std::unique_ptr<blob::BlobSource> content;
};

/// Content that is there already.
std::unique_ptr<blob::BlobSource> text_source(std::string text);

/// A file of a recording's view, as the playback feature has it.
struct ViewFile {
  std::string name;
  std::optional<std::uint64_t> bytes;
  std::unique_ptr<blob::BlobSource> content;
};
/// The files of the newest finished view; empty while there is none.
using ViewFilesOf = std::function<Task<std::vector<ViewFile>>(access::Reach, session::RecordingId)>;

/// What an export is made of. All outlive it.
struct ExportStores {
  database::Database& database;
  archive::Uses<archive::Recordings, archive::Contents, archive::Room, archive::Common> archive;
  blob::BlobStore& blobs;
  BlockingPool& pool;
  ViewFilesOf views;
  uploads::Uploads& uploads;
};

/// Everything of one person, one file after the other. Memory does not grow with it: rows come in
/// pages, and content is read when its turn comes.
class Parts {
 public:
  Parts(const ExportStores& stores, access::UserId user, std::int64_t now_utc_ns);
  /// Empty: that was all.
  Task<std::optional<Part>> next();
  /// What could not be put in so far.
  std::vector<LeftOut>& left_out() { return left_out_; }

 private:
  Task<bool> add_uploads();
  Task<bool> add_recordings();
  Task<void> add_recording(session::Recording recording);
  void add_text(std::string path, std::string text);

  const ExportStores& stores_;
  const access::UserId user_;
  const std::int64_t now_;
  std::deque<Part> ready_;
  std::vector<LeftOut> left_out_;
  bool begun_ = false;
  std::size_t document_ = 0;
  std::string upload_;  ///< the one that was added last
  bool last_upload_ = false;
  std::vector<session::Recording> recordings_;  ///< of the page that was read last; from its end
  std::optional<PageKey> after_;
  bool last_page_ = false;
};

}  // namespace reprise::account
