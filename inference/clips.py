"""The frames of a clip, decoded from memory: videos by PyAV, animated pictures by Pillow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from time import thread_time
from typing import TYPE_CHECKING, Any, TypeAlias

import av
from av.codec.context import CodecContext
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from inference.animations import decode_animation
from inference.display import MAX_FRAME_PIXELS, to_image
from inference.errors import InferenceError, TooLongError, UnreadableError, UnsupportedError
from inference.images import check_bytes, check_size
from inference.media import MAX_SECONDS, Frame, demuxer_of, is_animation
from inference.sampling import FRAMES, Sample, length_of, samples_of

if TYPE_CHECKING:
    from av.packet import Packet

ROUNDING_S = 0.5  # a "60 second" video note may last a few frames longer
MAX_PACKETS = 60 * 240  # a minute of the fastest slow motion
PLENTY = 4 * FRAMES  # from so many frames on, those that no other frame needs are not decoded
BUDGET_S = 2.0  # CPU seconds for decoding
CODECS = {"h264", "hevc", "mpeg4", "vp8", "vp9", "av1", "libdav1d"}
VideoPacket: TypeAlias = "Packet[VideoStream]"
Clock: TypeAlias = Callable[[], float]


def decode_clip(content: bytes, *, clock: Clock = thread_time) -> list[Frame]:
    """Return up to `FRAMES` upright pictures spread evenly over a clip or an animation.

    Decoding jumps from key to key where it can. Where the budget of time runs short, parts without
    a key are left out. A clip that is damaged further on gives what came before.

    Args:
        content: The file's bytes.
        clock: Seconds of this thread's processor time.

    Raises:
        UnreadableError: No frame can be decoded.
        UnsupportedError: There is no picture track, or its codec is not read here.
        TooLargeError: Too many bytes, or too many pixels in a frame.
        TooLongError: The pictures last longer than `MAX_SECONDS`.
    """
    check_bytes(content)
    if is_animation(content):
        return decode_animation(content)
    try:
        # Tags of a file may be in any encoding; none of them is used.
        with av.open(
            BytesIO(content), "r", format=demuxer_of(content), metadata_errors="ignore"
        ) as container:
            stream = checked_stream(container)
            frames = decode(stream, packets_of(container, stream), clock)
    except InferenceError:
        raise
    except (av.FFmpegError, ValueError, OverflowError, MemoryError) as error:
        raise UnreadableError(f"expected a clip, found {error!r}") from None
    if not frames:
        raise UnreadableError("expected a clip, found no frame in it")
    return frames


def checked_stream(container: InputContainer) -> VideoStream:
    """Return the picture track, made ready for decoding on this thread.

    Raises:
        UnsupportedError: There is none, or its codec is not read here.
        TooLargeError: Too many pixels in a frame.
    """
    if not container.streams.video:
        raise UnsupportedError("expected pictures, found sound alone")
    stream = container.streams.video[0]
    context = stream.codec_context
    codec = getattr(context, "name", None)  # PyAV's types forget that FFmpeg may know no decoder
    if codec not in CODECS:
        raise UnsupportedError(f"expected one of {sorted(CODECS)}, found {codec}")
    if not context.width or not context.height:
        raise UnreadableError("expected a picture size, found none")
    check_size(context.width, context.height, max_pixels=MAX_FRAME_PIXELS)
    context.thread_count = 1
    return stream


def packets_of(container: InputContainer, stream: VideoStream) -> list[VideoPacket]:
    """Return the coded pictures of a track; of a file that breaks off, those before.

    Raises:
        TooLongError: More of them than a clip may have.
    """
    packets: list[VideoPacket] = []
    try:
        for packet in container.demux(stream):
            if packet.size:
                packets.append(packet)
            if len(packets) > MAX_PACKETS:
                raise TooLongError(f"expected at most {MAX_PACKETS} pictures, found more")
    except av.FFmpegError:
        if not packets:
            raise
    return packets


def decode(stream: VideoStream, packets: Sequence[VideoPacket], clock: Clock) -> list[Frame]:
    """Return pictures spread evenly over the packets of a track.

    Raises:
        TooLongError: The packets last longer than `MAX_SECONDS`.
    """
    times = times_of(packets)
    shown = [not packet.is_discard for packet in packets]
    start = min((t for t, is_shown in zip(times, shown, strict=True) if is_shown), default=0.0)
    seconds = [time - start for time in times]
    length_s = length_of([s for s, is_shown in zip(seconds, shown, strict=True) if is_shown])
    if length_s > MAX_SECONDS + ROUNDING_S:
        raise TooLongError(f"expected at most {MAX_SECONDS} s, found {length_s:.0f}")
    context = stream.codec_context
    if len(packets) > PLENTY and not has_temporal_layers(context):
        context.skip_frame = "NONREF"
    samples = samples_of(seconds, [packet.is_keyframe for packet in packets], shown)
    return Decoding(context, packets, start, clock).frames(samples)


def times_of(packets: Sequence[VideoPacket]) -> list[float]:
    """Return when each packet's picture is shown, in seconds; without any time, in its order."""
    found = []
    for number, packet in enumerate(packets):
        ticks = packet.pts if packet.pts is not None else packet.dts
        base = packet.time_base
        found.append(float(ticks * base) if ticks is not None and base else float(number))
    return found


def has_temporal_layers(context: CodecContext) -> bool:
    """Return whether an HEVC clip has layers, as slow motion does.

    FFmpeg takes a picture for one that no other needs by its kind alone, which is true inside its
    own layer only. Source: ISO/IEC 14496-15, section 8.3.3.1 (numTemporalLayers).
    """
    extra = context.extradata or b""
    return context.name == "hevc" and (len(extra) < 22 or extra[21] >> 3 & 7 > 1)


@dataclass(slots=True)
class Decoding:
    """A decoder on its way through the packets of a clip."""

    context: Any  # PyAV's types do not say that this context decodes pictures
    packets: Sequence[VideoPacket]
    start_s: float
    clock: Clock
    position: int = 0
    drained: bool = False
    waiting: list[VideoFrame] = field(default_factory=list)

    def frames(self, samples: Sequence[Sample]) -> list[Frame]:
        """Return a picture for each sample, as far as the budget of time and the bytes allow."""
        found: list[Frame] = []
        begun = self.clock()
        for number, sample in enumerate(samples):
            if found and sample.second <= found[-1].second:
                continue
            others = samples[number + 1 :]
            keys_ahead = any(other.start > max(self.position, sample.start) for other in others)
            hurries = keys_ahead and bool(found)
            share = (number + 1) / len(samples) if hurries else 1.0
            behind = hurries and self.clock() - begun > BUDGET_S * number / len(samples)
            shared = any(other.start == sample.start for other in others)
            single = sample.is_key and (behind or not shared)
            try:
                frame = self._frame_of(sample, single=single, until=begun + share * BUDGET_S)
            except av.FFmpegError:
                if not keys_ahead:
                    break
                continue
            if frame is not None:
                found.append(Frame(self._second_of(frame), to_image(frame)))
        return found

    def _frame_of(self, sample: Sample, *, single: bool, until: float) -> VideoFrame | None:
        """Return the first picture at the sample's time or after it; None where time is up.

        Args:
            sample: Which picture.
            single: It is a key, and all that is decoded of the pictures from there on.
            until: Of this thread's CPU clock.
        """
        if sample.start > self.position or (self.drained and sample.start >= self.position):
            self._jump(sample.start)
        if single and self.position == sample.start:
            self.waiting = [*self.waiting, *self.context.decode(self.packets[self.position])]
            self.waiting += self.context.decode(None)
            self.position, self.drained = self.position + 1, True
        while (frame := self._next(until)) is not None:
            if self._second_of(frame) >= sample.second - 1e-6 and not frame.is_corrupt:
                return frame
        return None

    def _jump(self, position: int) -> None:
        self.context.flush_buffers()
        self.position, self.drained, self.waiting = position, False, []

    def _next(self, until: float) -> VideoFrame | None:
        """Return the next decoded picture; None at the end of the clip or of the time."""
        while not self.waiting:
            if self.drained or self.clock() > until:
                return None
            if self.position < len(self.packets):
                self.waiting = self.context.decode(self.packets[self.position])
                self.position += 1
            else:
                self.waiting, self.drained = self.context.decode(None), True
        return self.waiting.pop(0)

    def _second_of(self, frame: VideoFrame) -> float:
        ticks, base = frame.pts if frame.pts is not None else frame.dts, self.packets[0].time_base
        return float(ticks * base) - self.start_s if ticks is not None and base else 0.0
