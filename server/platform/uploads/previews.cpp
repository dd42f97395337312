#include "platform/uploads/previews.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/log.hpp"
#include "platform/sandbox/sandbox.hpp"
#include "platform/uploads/rows.hpp"

namespace reprise::uploads {

using blob::BlobKey;
using database::Row;
using database::Transaction;
using database::usual_deadline;

namespace {

constexpr std::int64_t kAtOnce = 4;
/// A larger file has no preview: it is copied for it.
constexpr std::int64_t kFileBytesMax = std::int64_t{500} << 20;
constexpr std::uintmax_t kPictureBytesMax = std::uintmax_t{4} << 20;

}  // namespace

struct Previews::Found {
  std::optional<Bytes> picture = std::nullopt;
  std::optional<std::int64_t> length_ms = std::nullopt;
};

BlobKey preview_key(const std::string& content) {
  return BlobKey("uploads/" + content + "/preview.jpg");
}

Task<Result<Bytes>> Uploads::preview(const Upload& upload, Deadline deadline) {
  if (!upload.has_preview) {
    co_return fail(ErrorCode::NotFound, "There is no preview of this file.");
  }
  co_return co_await blobs_.read(preview_key(upload.content_id), ByteRange{}, deadline);
}

bool Previews::has_tools(const upload::PreviewPlan& plan) {
  bool all = true;
  std::vector<upload::Tool> tools = plan.picture;
  if (plan.length) tools.push_back(*plan.length);
  for (const upload::Tool& tool : tools) {
    if (sandbox::find_program(tool.program)) continue;
    all = false;
    if (missing_.insert(tool.program).second) {
      log::warn("upload.no_previews",
                {{"program", tool.program},
                 {"what",
                  "It is not installed: some files have no previews and no lengths. Install "
                  "ffmpeg, poppler-utils and libheif-examples."}});
    }
  }
  return all;
}

/// Some that wait, from where the last call has ended: files that must go on waiting hold up no
/// others.
Task<std::vector<UploadId>> Previews::next_due() {
  auto due = co_await database_.read(usual_deadline(), [this](Transaction& transaction) {
    std::vector<UploadId> ids;
    const auto found = transaction.run(
        "select upload_id from upload where preview = 'wanted' and state = 'complete' and "
        "upload_id > $1 order by upload_id limit $2",
        {after_, kAtOnce});
    ids.reserve(found.rows.size());
    for (const Row& row : found.rows) ids.emplace_back(row.text(0));
    return ids;
  });
  after_ = due.empty() ? std::string() : due.back().value;
  co_return due;
}

Task<void> Previews::make_due() {
  constexpr int kRoundsMax = 100;
  std::int64_t made = 0;
  for (int round = 0; round < kRoundsMax && made < kAtOnce; ++round) {
    const auto due = co_await next_due();
    if (due.empty()) co_return;
    for (const UploadId& id : due) {
      auto upload = co_await uploads_.find(Reach::everything(), id, usual_deadline());
      if (upload && co_await make(*std::move(upload))) ++made;
    }
  }
}

/// False: it goes on waiting.
Task<bool> Previews::make(Upload upload) {
  const std::int64_t side = std::max(upload.width.value_or(0), upload.height.value_or(0));
  const auto plan = upload::preview_plan(upload.media_type, side);
  if (plan && !has_tools(*plan)) co_return false;
  Found found;
  try {
    if (plan && upload.bytes <= kFileBytesMax) found = co_await look_at(upload, *plan);
  } catch (const database::DatabaseError&) {
    throw;
  } catch (const blob::StoreFailed& error) {  // it may be there again later
    log::debug("upload.preview_later", {{"what", error.what()}});
    co_return false;
  } catch (const std::exception& error) {
    log::warn("upload.no_preview", {{"what", error.what()}});
  }
  const bool has_picture = found.picture.has_value();
  if (has_picture) {
    const auto stored = co_await blobs_.put(preview_key(upload.content_id),
                                            *std::move(found.picture), usual_deadline());
    if (!stored) co_return false;  // the disk is full
  }
  co_await database_.write(usual_deadline(), [&](Transaction& transaction) {
    transaction.run(
        "update upload set preview = $2, duration_ms = $3 where content_id = $1 and preview = "
        "'wanted'",
        {upload.content_id, has_picture ? "ready" : "failed", found.length_ms});
  });
  co_return true;
}

Task<Previews::Found> Previews::look_at(const Upload& upload, upload::PreviewPlan plan) {
  const ToolFolder folder(tools_.place());
  {
    std::ofstream file(folder.input(), std::ios::binary);
    const auto size = static_cast<std::uint64_t>(upload.bytes);
    const auto source =
        co_await uploads_.open(upload, {.first = 0, .last = size}, usual_deadline());
    for (Bytes piece = co_await source->next(); !piece.empty(); piece = co_await source->next()) {
      co_await pool_.run([&] { file << as_text(piece); });
    }
  }
  folder.release();
  co_return co_await pool_.run([&] {
    Found found;
    if (plan.length) {
      const auto printed = folder.run(*plan.length);
      if (printed) found.length_ms = upload::length_ms_in(*printed);
    }
    const bool made = std::ranges::all_of(
        plan.picture, [&](const upload::Tool& tool) { return folder.run(tool).has_value(); });
    if (made && !plan.picture.empty())
      found.picture = folder.picture(plan.output, kPictureBytesMax);
    return found;
  });
}

}  // namespace reprise::uploads
