"""The style of the page and what runs in the browser."""

CSS = """
.gradio-container { margin: 0 auto !important; }
.gradio-container, .gradio-container .main { max-width: min(1240px, 100vw) !important; min-width: 0 !important; box-sizing: border-box; }
#title h1 { font-size: 1.35rem; margin: 0; }
.corpus, .why { font-size: .9rem; opacity: .75; }
#corpus, #why, #conversation, #source, #report { padding: 0 !important; }
.conversation { min-height: 34vh; max-height: 62vh; overflow-y: auto; padding: 4px 2px; overflow-wrap: anywhere; }
.exchange { margin: 0 0 22px; }
.question { background: var(--background-fill-secondary); border-radius: 10px; padding: 9px 13px; font-weight: 600; }
.question .who { position: absolute; left: -9999px; }
.searched, .counted, .by, .doing, .note, .facts { font-size: .82rem; opacity: .72; padding: 4px 2px; }
.empty { opacity: .75; padding: 24px 2px; line-height: 1.6; }
.answer { padding: 9px 2px 4px; line-height: 1.6; white-space: pre-line; }
.answer.quoted { white-space: normal; }
.answer blockquote { border-left: 3px solid #2f6f8f; margin: 0 0 9px !important; padding: 1px 0 1px 12px; white-space: normal; }
.answer.unchecked { opacity: .65; }
.answer.abstained { font-weight: 600; }
.answer.abstained details { font-weight: 400; font-size: .9rem; margin-top: 6px; }
.chip { background: #2f6f8f; color: #fff; border: 0; border-radius: 8px; font-size: .74rem; min-width: 22px; padding: 1px 6px; margin: 0 2px; cursor: pointer; vertical-align: 1px; }
.chip:hover, .chip:focus-visible { background: #16455d; outline: 2px solid #9cc7dc; }
.conflict { border: 1px solid #d9b35c; border-radius: 8px; padding: 6px 10px; margin: 6px 0; display: flex; flex-wrap: wrap; gap: 8px; }
.missing { border-left: 3px solid #8a5a00; padding: 2px 10px; margin: 6px 0; font-size: .92rem; }
.conflict .head { flex-basis: 100%; font-weight: 600; font-size: .9rem; }
.conflict .claim { flex: 1 1 180px; font-size: .9rem; border-left: 3px solid #d9b35c; padding-left: 8px; }
.conflict .claim div { font-size: .8rem; opacity: .75; }
.badge { border-radius: 8px; font-size: .7rem; padding: 1px 6px; white-space: nowrap; vertical-align: 1px; cursor: help; }
.badge.supported { background: #dff0e3; color: #1c5a2c; }
.badge.partly { background: #fdf0cf; color: #6d4b00; }
.badge.not_found { background: #fdecea; color: #7a1410; }
.answer s { opacity: .6; }
.answer small { opacity: .75; }
ol.sources { list-style: none; margin: 2px 0; padding: 0; }
ol.sources li { margin: 2px 0; }
button.source { background: none; border: 0; padding: 2px; font-size: .86rem; cursor: pointer; text-align: left; color: var(--body-text-color); }
button.source:hover { text-decoration: underline; }
button.source .number { display: inline-block; min-width: 1.3em; font-weight: 700; color: #2f6f8f; }
.problem { background: #fdecea; color: #7a1410; border: 1px solid #e4a19b; border-radius: 8px; padding: 8px 12px; margin: 6px 0; }
.incomplete { color: #8a5a00; font-size: .88rem; padding: 4px 2px; }
.document h3 { margin: 0 0 2px; font-size: 1.05rem; }
.document .text { white-space: pre-wrap; line-height: 1.6; max-height: 56vh; overflow-y: auto; overflow-wrap: anywhere; border: 1px solid var(--border-color-primary); border-radius: 8px; padding: 10px 12px; margin: 6px 0; }
.document mark { background: #ffe9a8; color: #222; padding: 1px 0; }
.planted { background: #f6d5d2; color: #5c0f0b; text-decoration: line-through dotted; }
.warning { background: #fdf0cf; color: #6d4b00; border-radius: 8px; padding: 6px 10px; margin: 6px 0; font-size: .86rem; }
.hint { opacity: .75; padding: 10px 2px; }
.report li { margin: 2px 0; }
@media (max-width: 760px) { .conversation { max-height: none; min-height: 12vh; } .document .text { max-height: 48vh; } }
"""

ON_CHIP = """
element.addEventListener('click', (event) => {
  const chip = event.target.closest('button[data-number]');
  if (!chip) return;
  trigger('click', { turn: Number(chip.dataset.turn), number: Number(chip.dataset.number) });
});
watch('value', () => {
  const box = element.querySelector('.conversation');
  if (box) box.scrollTop = box.scrollHeight;
});
"""

ON_SOURCE = """
watch('value', () => {
  const cited = element.querySelector('#cited');
  if (!cited) return;
  const text = cited.closest('.text');
  text.scrollTop = cited.offsetTop - text.offsetTop - text.clientHeight / 3;
  if (window.innerWidth < 760) element.scrollIntoView({ behavior: 'smooth' });
});
"""
