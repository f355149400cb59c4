//! One line on the terminal that says what a slow run is doing. It is gone before anything else is printed.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a run takes before it says so, and between two looks at the clock.
const PATIENCE: Duration = Duration::from_secs(1);

/// Back to the beginning of the line, and nothing left of it (ECMA-48, EL).
const CLEAR: &str = "\r\u{1b}[2K";

/// What the thread that draws shares with the one that works.
struct State {
    out: Box<dyn Write + Send>,
    step: &'static str,
    /// Whether a line stands on the terminal.
    shown: bool,
    done: bool,
}

impl State {
    fn draw(&mut self, since: Duration) {
        let (step, seconds) = (self.step, since.as_secs());
        self.shown = true;
        // A terminal that takes nothing any more is no reason to stop.
        let _ = write!(self.out, "{CLEAR}= {step} ({seconds} s)");
        let _ = self.out.flush();
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(self.out, "{CLEAR}");
            let _ = self.out.flush();
        }
    }
}

/// The line, from when it is made until it is dropped.
pub(super) struct Progress {
    shared: Arc<(Mutex<State>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// A line on standard error, where that is a terminal with somebody before it.
    pub fn on_terminal() -> Option<Self> {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
        let watched = std::io::stderr().is_terminal() && !is_set("CI") && !is_dumb;
        watched.then(|| Progress::new(Box::new(std::io::stderr()), PATIENCE))
    }

    fn new(out: Box<dyn Write + Send>, patience: Duration) -> Self {
        let state = State {
            out,
            step: "starting",
            shown: false,
            done: false,
        };
        let shared = Arc::new((Mutex::new(state), Condvar::new()));
        let own = Arc::clone(&shared);
        let thread = std::thread::Builder::new().spawn(move || watch(&own, patience));
        Progress {
            shared,
            thread: thread.ok(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.shared.0)
    }

    /// Says what is being done from now on.
    pub fn step(&self, step: &'static str) {
        self.state().step = step;
    }

    /// Prints something else, with the line out of the way.
    pub fn aside(&self, print: impl FnOnce()) {
        let mut state = self.state();
        state.clear();
        print();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        {
            let mut state = self.state();
            state.done = true;
            state.clear();
        }
        self.shared.1.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Draws the line each time that the patience has run out.
fn watch(shared: &(Mutex<State>, Condvar), patience: Duration) {
    let begin = Instant::now();
    let mut state = locked(&shared.0);
    while !state.done {
        let waited = shared.1.wait_timeout(state, patience);
        let (own, slept) = waited.unwrap_or_else(PoisonError::into_inner);
        state = own;
        if !state.done && slept.timed_out() {
            state.draw(begin.elapsed());
        }
    }
}

/// The state, also after a thread that held it died: a line that is drawn wrong is no harm.
fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};

    struct Sink(Sender<String>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.send(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_slow_run_says_what_it_does_and_leaves_nothing_behind() {
        let (sender, drawn) = channel();
        let progress = Progress::new(Box::new(Sink(sender)), Duration::from_millis(1));
        progress.step("judging");
        while !drawn.recv().unwrap().contains("judging") {}
        drop(progress);
        let rest: Vec<String> = drawn.iter().collect();
        assert_eq!(rest.last().map(String::as_str), Some(CLEAR), "{rest:?}");
    }

    #[test]
    fn a_fast_run_draws_nothing() {
        let (sender, drawn) = channel();
        let progress = Progress::new(Box::new(Sink(sender)), Duration::from_secs(600));
        progress.step("judging");
        progress.aside(|| ());
        drop(progress);
        assert_eq!(drawn.iter().count(), 0);
    }
}
