#include "features/account/export_parts.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "features/account/export_documents.hpp"
#include "platform/archive/api_json.hpp"
#include "platform/archive/mcap_source.hpp"

namespace reprise::account {
namespace json = boost::json;
using access::Reach;
using access::UserId;

namespace {

constexpr std::int64_t kRecordingsAtOnce = 50;
constexpr std::int64_t kUploadsAtOnce = 20;

class Text final : public blob::BlobSource {
 public:
  explicit Text(std::string text) : text_(std::move(text)) {}
  Task<Bytes> next() override {
    const std::string text = std::exchange(text_, {});
    const ByteView bytes = as_bytes(text);
    co_return Bytes(bytes.begin(), bytes.end());
  }

 private:
  std::string text_;
};

json::object described(const session::Recording& recording,
                       const std::vector<archive::ChunkInfo>& chunks) {
  json::array list;
  list.reserve(chunks.size());
  for (const archive::ChunkInfo& chunk : chunks) {
    list.push_back(json::object{{"seq", chunk.seq},
                                {"bytes", chunk.bytes},
                                {"sha256", chunk.sha256_hex},
                                {"crc32c", chunk.crc32c}});
  }
  return {{"recording", archive::to_api(recording)}, {"chunks", std::move(list)}};
}

}  // namespace

std::unique_ptr<blob::BlobSource> text_source(std::string text) {
  return std::make_unique<Text>(std::move(text));
}

Parts::Parts(const ExportStores& stores, UserId user, std::int64_t now_utc_ns)
    : stores_(stores), user_(std::move(user)), now_(now_utc_ns) {}

void Parts::add_text(std::string path, std::string text) {
  ready_.push_back({.path = std::move(path),
                    .bytes = std::nullopt,
                    .modified_utc_ns = now_,
                    .content = text_source(std::move(text))});
}

Task<std::optional<Part>> Parts::next() {
  if (!std::exchange(begun_, true)) {
    add_text(kAccountPath, co_await account_json(stores_.database, user_));
  }
  if (ready_.empty() && document_ < documents().size()) {
    const Document& document = documents()[document_++];
    ready_.push_back({.path = document.path,
                      .bytes = std::nullopt,
                      .modified_utc_ns = now_,
                      .content = lines_of(stores_.database, document, user_)});
  }
  if (ready_.empty() && !co_await add_uploads() && !co_await add_recordings()) {
    co_return std::nullopt;
  }
  Part part = std::move(ready_.front());
  ready_.pop_front();
  co_return part;
}

/// The next files that the person has attached. False: there is none.
Task<bool> Parts::add_uploads() {
  if (last_upload_) co_return false;
  const auto files =
      co_await stores_.uploads.list(user_, upload_, kUploadsAtOnce, database::usual_deadline());
  last_upload_ = files.empty();
  for (const uploads::Upload& file : files) {
    const auto bytes = static_cast<std::uint64_t>(file.bytes);
    upload_ = file.id.value;
    ready_.push_back({.path = "uploads/" + file.id.value,
                      .bytes = bytes,
                      .modified_utc_ns = file.created_utc_ns,
                      .content = co_await stores_.uploads.open(file, {.first = 0, .last = bytes},
                                                               database::usual_deadline())});
  }
  co_return !last_upload_;
}

/// The files of the next recording. False: there is none.
Task<bool> Parts::add_recordings() {
  if (recordings_.empty() && !last_page_) {
    auto page = co_await stores_.archive.part<archive::Recordings>().list(
        user_, {.limit = kRecordingsAtOnce, .after = after_}, {}, archive::RecordingSort::Oldest);
    recordings_.assign(std::make_move_iterator(page.items.rbegin()),
                       std::make_move_iterator(page.items.rend()));
    after_ = page.next;
    last_page_ = !page.next;
  }
  if (recordings_.empty()) co_return false;
  session::Recording recording = std::move(recordings_.back());
  recordings_.pop_back();
  co_await add_recording(std::move(recording));
  co_return true;
}

Task<void> Parts::add_recording(session::Recording recording) {
  const session::RecordingId id = recording.id;
  const Reach reach = Reach::of(user_);
  const std::string folder = "recordings/" + id.value + "/";
  auto chunks = co_await stores_.archive.part<archive::Contents>().all_chunks(reach, id);
  if (!chunks) throw std::runtime_error("a recording was erased while it was to be exported");
  add_text(folder + "recording.json", json::serialize(described(recording, *chunks)));
  if (!chunks->empty()) {
    std::vector<std::int64_t> seqs;
    seqs.reserve(chunks->size());
    for (const archive::ChunkInfo& chunk : *chunks) seqs.push_back(chunk.seq);
    ready_.push_back(
        {.path = folder + "recording.mcap",
         .bytes = std::nullopt,
         .modified_utc_ns = recording.created_utc_ns,
         .content = archive::mcap_source(stores_.archive, stores_.pool, reach, id, seqs)});
  }
  auto files = co_await stores_.views(reach, id);
  if (files.empty() && !chunks->empty()) {
    left_out_.push_back({.path = folder + "view", .why = "It was being made."});
  }
  for (ViewFile& file : files) {
    ready_.push_back({.path = folder + "view/" + file.name,
                      .bytes = file.bytes,
                      .modified_utc_ns = recording.created_utc_ns,
                      .content = std::move(file.content)});
  }
}

}  // namespace reprise::account
