//! A record's state as bytes: what the view keeps and what a digest covers.
//!
//! `[stamps, registers]`, and behind them `texts, unknown` where there is one of either, and then `creator, proposed, texts
//! of those` where somebody is known to have made it or something is proposed. Documents stand apart from the registers, so
//! that a state without any is as short as it can be.

use super::state::{Register, UnknownEdit};
use super::{RecordState, Sibling, Stamp};
use crate::codec::{array_len, skip_rest};
use crate::fields::FieldId;
use crate::text::{Document, Mark};
use minicbor::data::Type;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

/// Canonical: equal states have equal bytes. Stamps stand once in a table, because an imported record has one stamp
/// for a dozen fields.
impl<C> Encode<C> for RecordState {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        let resting = self.registers.iter().flat_map(|register| &register.resting);
        let mut stamps: Vec<&Stamp> = self.stamps().chain(resting.map(|sibling| &sibling.stamp)).collect();
        stamps.sort_unstable();
        stamps.dedup();
        let seated = self.creator.is_some() || !self.proposed.is_empty();
        let more = seated || self.registers.iter().any(has_texts) || !self.unknown.is_empty();
        e.array(match (more, seated) {
            (_, true) => 7,
            (true, _) => 4,
            (false, _) => 2,
        })?;
        e.array(stamps.len() as u64)?;
        for stamp in &stamps {
            e.array(5)?
                .u64(stamp.place)?
                .encode_with(stamp.device, ctx)?
                .encode_with(stamp.member, ctx)?;
            e.i64(stamp.author_time)?.i64(stamp.hub_time)?;
        }
        encode_registers(e, ctx, &self.registers, &stamps)?;
        if more {
            encode_texts(e, ctx, &self.registers, &stamps)?;
            e.array(self.unknown.len() as u64)?;
            for edit in &self.unknown {
                e.array(3)?.u64(edit.place)?.u16(edit.field.0)?.bytes(&edit.hash)?;
            }
        }
        if seated {
            e.encode_with(self.creator, ctx)?;
            encode_registers(e, ctx, &self.proposed, &stamps)?;
            encode_texts(e, ctx, &self.proposed, &stamps)?;
        }
        Ok(())
    }
}

fn encode_registers<W: encode::Write, C>(
    e: &mut Encoder<W>,
    ctx: &mut C,
    registers: &[Register],
    stamps: &[&Stamp],
) -> Result<(), encode::Error<W::Error>> {
    e.array(registers.len() as u64)?;
    for register in registers {
        e.array(2 + register.siblings.len() as u64 * 2)?.u16(register.field.0)?;
        match &register.element {
            Some(element) => e.array(1)?.encode_with(element, ctx)?,
            None => e.array(0)?,
        };
        let mut siblings: Vec<&Sibling> = register.siblings.iter().collect();
        siblings.sort_unstable_by_key(|sibling| sibling.stamp);
        for sibling in siblings {
            e.u64(at(stamps, sibling))?.encode_with(&sibling.value, ctx)?;
        }
    }
    Ok(())
}

fn has_texts(register: &Register) -> bool {
    !register.resting.is_empty() || register.siblings.iter().any(|sibling| sibling.document.is_some())
}

fn at(stamps: &[&Stamp], sibling: &Sibling) -> u64 {
    stamps.binary_search(&&sibling.stamp).unwrap_or_default() as u64
}

/// By field: the documents behind its siblings by stamp, then what rests.
fn encode_texts<W: encode::Write, C>(
    e: &mut Encoder<W>,
    ctx: &mut C,
    registers: &[Register],
    stamps: &[&Stamp],
) -> Result<(), encode::Error<W::Error>> {
    let texts: Vec<&Register> = registers.iter().filter(|register| has_texts(register)).collect();
    e.array(texts.len() as u64)?;
    for register in texts {
        let mut behind: Vec<(u64, &Document)> = register
            .siblings
            .iter()
            .filter_map(|s| s.document.as_deref().map(|document| (at(stamps, s), document)))
            .collect();
        behind.sort_unstable_by_key(|(at, _)| *at);
        e.array(3)?.u16(register.field.0)?.array(behind.len() as u64 * 2)?;
        for (at, document) in behind {
            e.u64(at)?;
            encode_document(e, ctx, document)?;
        }
        e.array(register.resting.len() as u64 * 3)?;
        for sibling in &register.resting {
            e.u64(at(stamps, sibling))?.encode_with(&sibling.value, ctx)?;
            match &sibling.document {
                Some(document) => encode_document(e, ctx, document)?,
                None => e.null()?.ok()?,
            }
        }
    }
    Ok(())
}

fn encode_document<W: encode::Write, C>(
    e: &mut Encoder<W>,
    ctx: &mut C,
    document: &Document,
) -> Result<(), encode::Error<W::Error>> {
    e.array(4)?
        .encode_with(document.seed, ctx)?
        .bytes(&document.history)?
        .bytes(&document.waiting)?;
    e.array(document.marks.len() as u64 * 3)?;
    for mark in &document.marks {
        e.u64(mark.place)?.encode_with(mark.device, ctx)?.u64(mark.peer)?;
    }
    Ok(())
}

impl<'b, C> Decode<'b, C> for RecordState {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let len = array_len(d)?;
        let mut stamps = Vec::new();
        for _ in 0..array_len(d)? {
            let stamp_len = array_len(d)?;
            stamps.push(Stamp {
                place: d.u64()?,
                device: d.decode_with(ctx)?,
                member: d.decode_with(ctx)?,
                author_time: d.i64()?,
                hub_time: d.i64()?,
            });
            skip_rest(d, stamp_len, 5)?;
        }
        let mut state = Self {
            registers: decode_registers(d, ctx, &stamps)?,
            ..Self::default()
        };
        if len >= 4 {
            decode_texts(d, ctx, &mut state.registers, &stamps)?;
            for _ in 0..array_len(d)? {
                let items = array_len(d)?;
                let (place, field) = (d.u64()?, FieldId(d.u16()?));
                let hash = d
                    .bytes()?
                    .try_into()
                    .map_err(|_| decode::Error::message("not 16 bytes"))?;
                state.unknown.push(UnknownEdit { place, field, hash });
                skip_rest(d, items, 3)?;
            }
        }
        if len >= 7 {
            state.creator = d.decode_with(ctx)?;
            state.proposed = decode_registers(d, ctx, &stamps)?;
            decode_texts(d, ctx, &mut state.proposed, &stamps)?;
        }
        skip_rest(
            d,
            len,
            match len {
                7.. => 7,
                4.. => 4,
                _ => 2,
            },
        )?;
        Ok(state)
    }
}

fn decode_registers<C>(d: &mut Decoder<'_>, ctx: &mut C, stamps: &[Stamp]) -> Result<Vec<Register>, decode::Error> {
    let mut registers = Vec::new();
    for _ in 0..array_len(d)? {
        let items = array_len(d)?;
        let field = FieldId(d.u16()?);
        let element = if array_len(d)? == 1 {
            Some(d.decode_with(ctx)?)
        } else {
            None
        };
        let mut register = Register::empty(field, element);
        for _ in 0..items.saturating_sub(2) / 2 {
            let stamp = stamp_at(stamps, d.u64()?)?;
            register.siblings.push(Sibling::plain(stamp, d.decode_with(ctx)?));
        }
        registers.push(register);
    }
    Ok(registers)
}

fn stamp_at(stamps: &[Stamp], at: u64) -> Result<Stamp, decode::Error> {
    let stamp = usize::try_from(at).ok().and_then(|at| stamps.get(at));
    stamp.copied().ok_or_else(|| decode::Error::message("no such stamp"))
}

fn decode_texts<C>(
    d: &mut Decoder<'_>,
    ctx: &mut C,
    registers: &mut [Register],
    stamps: &[Stamp],
) -> Result<(), decode::Error> {
    let astray = || decode::Error::message("a text of no field");
    for _ in 0..array_len(d)? {
        let items = array_len(d)?;
        let field = FieldId(d.u16()?);
        let register = registers.iter_mut().find(|r| r.field == field && r.element.is_none());
        let register = register.ok_or_else(astray)?;
        for _ in 0..array_len(d)? / 2 {
            let stamp = stamp_at(stamps, d.u64()?)?;
            let sibling = register.siblings.iter_mut().find(|sibling| sibling.stamp == stamp);
            sibling.ok_or_else(astray)?.document = Some(Box::new(decode_document(d, ctx)?));
        }
        for _ in 0..array_len(d)? / 3 {
            let mut sibling = Sibling::plain(stamp_at(stamps, d.u64()?)?, d.decode_with(ctx)?);
            if d.datatype()? == Type::Null {
                d.null()?;
            } else {
                sibling.document = Some(Box::new(decode_document(d, ctx)?));
            }
            register.resting.push(sibling);
        }
        skip_rest(d, items, 3)?;
    }
    Ok(())
}

fn decode_document<C>(d: &mut Decoder<'_>, ctx: &mut C) -> Result<Document, decode::Error> {
    let items = array_len(d)?;
    let (seed, history, waiting) = (d.decode_with(ctx)?, d.bytes()?.to_vec(), d.bytes()?.to_vec());
    let mut marks = Vec::new();
    for _ in 0..array_len(d)? / 3 {
        let (place, device, peer) = (d.u64()?, d.decode_with(ctx)?, d.u64()?);
        marks.push(Mark { place, device, peer });
    }
    skip_rest(d, items, 4)?;
    Ok(Document {
        seed,
        history,
        waiting,
        marks,
    })
}
