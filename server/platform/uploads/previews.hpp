#pragma once

#include <set>
#include <string>
#include <vector>

#include "domain/upload/preview_plan.hpp"
#include "platform/uploads/file_tools.hpp"
#include "platform/uploads/uploads.hpp"

namespace reprise::uploads {

/// Small pictures of videos and documents, and the lengths of videos and sounds, made by programs
/// of the system in a sandbox. One call at a time. Where a program is not installed, files wait for
/// it; people see them without a preview.
class Previews {
 public:
  /// `pool` is for work that takes seconds.
  Previews(database::Database& database, blob::BlobStore& blobs, Uploads& uploads,
           BlockingPool& pool, FileTools& tools)
      : database_(database), blobs_(blobs), uploads_(uploads), pool_(pool), tools_(tools) {}
  /// Looks at some files that wait for it.
  Task<void> make_due();

 private:
  struct Found;
  Task<std::vector<UploadId>> next_due();
  Task<bool> make(Upload upload);
  Task<Found> look_at(const Upload& upload, upload::PreviewPlan plan);
  bool has_tools(const upload::PreviewPlan& plan);

  database::Database& database_;
  blob::BlobStore& blobs_;
  Uploads& uploads_;
  BlockingPool& pool_;
  FileTools& tools_;
  std::string after_;              ///< the last one that was looked at
  std::set<std::string> missing_;  ///< programs of which the log has told
};

/// Where the preview of a content lies.
blob::BlobKey preview_key(const std::string& content);

}  // namespace reprise::uploads
