#include "features/chat/attached_files.hpp"

#include <memory>

#include "domain/chat/attached_parts.hpp"

namespace reprise::chat {

using database::usual_deadline;

namespace {

/// All bytes of a request lie in memory.
constexpr std::chrono::minutes kGivenWithin{10};

Task<Bytes> next_of(std::shared_ptr<blob::BlobSource> source) { co_return co_await source->next(); }

Status too_much() {
  return fail(ErrorCode::TooLarge, "This file is too large for the model's service:");
}

/// A text goes with the message, whose size is bounded.
constexpr std::int64_t kTextBytesMax = 4'000'000;
/// A preview is made within seconds, unless its programs are not installed.
constexpr std::chrono::seconds kStandInWithin{30};
constexpr std::chrono::milliseconds kLookEvery{200};

Status unreadable() {
  return fail(ErrorCode::Unsupported, "This model cannot read this kind of picture:");
}

/// A picture of a kind that the service does not read is shown to it by its preview.
void note_stand_ins(Turn& turn, const answering::ServiceFacts& service) {
  for (Attachment& file : turn.attachments) {
    const bool read = answering::kind_of(file.media_type) != "pictures" ||
                      reads_picture(service.dialect, file.media_type);
    if (read) continue;
    file.by_stand_in = true;
    file.media_type = kStandInType;
  }
}

/// What a service does not take is named to it, so that it can say so.
void leave_out(Turn& turn, const answering::ServiceFacts& service) {
  std::erase_if(turn.attachments, [&](const Attachment& file) {
    const bool understood = is_text(file.media_type) || answering::takes(service, file.media_type);
    if (!understood) {
      turn.text += "\n\n[The file " + file.name + " (" + file.media_type +
                   ") was attached, but this model cannot read it.]";
    }
    return !understood;
  });
}

}  // namespace

Task<Result<std::vector<Turn>>> AttachedFiles::loaded(access::UserId owner, std::vector<Turn> turns,
                                                      answering::ServiceFacts service) {
  for (Turn& turn : turns) {
    leave_out(turn, service);
    note_stand_ins(turn, service);
  }
  std::vector<Attachment> all;
  for (const Turn& turn : turns) {
    all.insert(all.end(), turn.attachments.begin(), turn.attachments.end());
  }
  const std::vector<bool> before = given_before(all, kInlineBytesMax);
  std::size_t at = 0;
  for (Turn& turn : turns) {
    std::vector<Attachment> here;
    here.reserve(turn.attachments.size());
    for (Attachment& file : turn.attachments) {
      const bool elsewhere = before[at++];
      // Only Google keeps files for a request.
      const bool can = !elsewhere || service.dialect == Dialect::Gemini;
      const auto status = can ? co_await load(owner, file, elsewhere) : too_much();
      if (status) {
        here.push_back(std::move(file));
      } else if (status.error().code == ErrorCode::UpstreamRefused) {
        co_return std::unexpected(status.error());
      } else {
        turn.text += "\n\n[" + status.error().client_message + " " + file.name + "]";
      }
    }
    turn.attachments = std::move(here);
  }
  co_return turns;
}

Task<Status> AttachedFiles::load_stand_in(uploads::Upload upload, Attachment& file) {
  const access::Reach reach = access::Reach::of(upload.owner);
  for (const Deadline until = Deadline::after(kStandInWithin);
       upload.awaits_preview && !until.passed();) {
    co_await sleep_for(kLookEvery);
    auto found = co_await uploads_.find(reach, upload.id, usual_deadline());
    if (!found) co_return unreadable();
    upload = *std::move(found);
  }
  const auto picture = co_await uploads_.preview(upload, usual_deadline());
  if (!picture) co_return unreadable();
  file.data = as_text(*picture);
  co_return Status{};
}

Task<Status> AttachedFiles::load(const access::UserId& owner, Attachment& file, bool before) {
  const auto upload = co_await uploads_.find(access::Reach::of(owner),
                                             uploads::UploadId(file.upload_id), usual_deadline());
  if (!upload) {
    co_return fail(ErrorCode::NotFound, "This file is not there any more:");
  }
  if (is_text(file.media_type) && upload->bytes > kTextBytesMax) co_return too_much();
  if (file.by_stand_in) co_return co_await load_stand_in(*upload, file);
  if (!before) {
    const Bytes bytes = co_await uploads_.read_all(*upload, usual_deadline());
    file.data = as_text(bytes);
    co_return Status{};
  }
  const auto size = static_cast<std::uint64_t>(upload->bytes);
  const std::shared_ptr<blob::BlobSource> source =
      co_await uploads_.open(*upload, {.first = 0, .last = size}, usual_deadline());
  auto place = co_await files_.place_of({.key = upload->content_id,
                                         .name = file.name,
                                         .media_type = file.media_type,
                                         .bytes = upload->bytes,
                                         .next = [source] { return next_of(source); }},
                                        Deadline::after(kGivenWithin));
  if (!place) co_return std::unexpected(place.error());
  file.uri = *std::move(place);
  co_return Status{};
}

}  // namespace reprise::chat
