//! Stages: what one family finds for another is the output of a stage, handed on to all later ones. A family sees the outputs
//! of the stages before its own, cannot change them, and sees nothing of what the other families of its stage make.

use super::{Family, Lowering};
use crate::ingest::terraform::Graph;
use crate::model::World;

/// Where a lowering stands: what the stages before have made, and what one family of this stage makes.
#[derive(Clone, Debug, Default)]
pub struct At<D, B, M> {
    /// What is made when it is first named, whatever the stage: whoever names it again gets the same.
    pub on_demand: D,
    /// The outputs of the stages before.
    before: B,
    /// What this family makes.
    pub made: M,
}

/// The output of a stage, and those of the stages before it.
#[derive(Clone, Debug, Default)]
pub struct After<B, M> {
    before: B,
    made: M,
}

impl<B, M> After<B, M> {
    /// The output of the last stage.
    pub fn last(&self) -> &M {
        &self.made
    }
}

/// That the output `T` of a stage is there. Each cloud says for each of its outputs after which stage it is; later stages
/// have it as well.
pub trait Sees<T> {
    /// The output.
    fn seen(&self) -> &T;
}

impl<T, B: Sees<T>, M> Sees<T> for After<B, M> {
    fn seen(&self) -> &T {
        self.before.seen()
    }
}

/// An output to which each family of a stage adds.
pub trait Output: Default {
    /// Adds what another family of the stage has made.
    fn join(&mut self, other: Self);
}

/// Outputs of which each of these fields adds what the other's holds.
macro_rules! joined_by_fields {
    ($($output:ty: $($field:ident),+;)*) => {
        $(impl $crate::ingest::lowering::Output for $output {
            fn join(&mut self, other: Self) {
                $(self.$field.extend(other.$field);)+
            }
        })*
    };
}

/// The stages of a cloud in their order, a line each: its families, where they stand, and what they make (`()` is nothing).
/// The cloud's `At` must be in scope. Makes the table of families, its run, and for each output that later stages see it.
macro_rules! stages {
    (
        $($(#[$doc:meta])* $families:ident: $at:ident makes $output:tt;)+
        => $last:ident makes $last_output:tt;
    ) => {
        /// All families, by the stage to which they belong.
        pub struct Families {
            $($(#[$doc])* pub $families: Vec<$crate::ingest::lowering::Family<$at>>,)+
        }

        impl Families {
            /// What they say of their resource types.
            pub fn resource_types(self) -> Vec<$crate::ingest::terraform::ResourceFamily> {
                let mut all = Vec::new();
                $(all.extend(self.$families.into_iter().map(|family| family.resources));)+
                all
            }

            /// Lowers all resources of the graph into the world.
            pub fn lower(
                &self,
                graph: &$crate::ingest::terraform::Graph,
                world: &mut $crate::model::World,
                at: At<(), ()>,
            ) -> $last {
                $(let at = $crate::ingest::lowering::stage(graph, world, at, &self.$families);)+
                at.next()
            }
        }

        $crate::ingest::lowering::stages! {
            @places (); $($(#[$doc])* $at makes $output;)+
            => $last makes $last_output;
        }
    };
    (@places $before:ty; => $at:ident makes $output:tt;) => {
        /// Once all resources are lowered.
        pub type $at = At<$before, $output>;
    };
    (@places $before:ty; $(#[$doc:meta])* $at:ident makes (); $($later:tt)*) => {
        $(#[$doc])*
        pub type $at = At<$before, ()>;

        $crate::ingest::lowering::stages! {
            @places $crate::ingest::lowering::After<$before, ()>; $($later)*
        }
    };
    (@places $before:ty; $(#[$doc:meta])* $at:ident makes $output:tt; $($later:tt)*) => {
        $(#[$doc])*
        pub type $at = At<$before, $output>;

        impl $crate::ingest::lowering::Sees<$output>
            for $crate::ingest::lowering::After<$before, $output>
        {
            fn seen(&self) -> &$output {
                self.last()
            }
        }

        $crate::ingest::lowering::stages! {
            @places $crate::ingest::lowering::After<$before, $output>; $($later)*
        }
    };
}

pub(in crate::ingest) use {joined_by_fields, stages};

impl Output for () {
    fn join(&mut self, (): ()) {}
}

impl<D, B, M> At<D, B, M> {
    /// The output of a stage before this one.
    pub fn seen<T>(&self) -> &T
    where
        B: Sees<T>,
    {
        self.before.seen()
    }
}

impl<D, B, M> Lowering<'_, At<D, B, M>> {
    /// The output of a stage before this one.
    pub fn seen<T>(&self) -> &T
    where
        B: Sees<T>,
    {
        self.lowered.seen()
    }
}

impl<D, B> At<D, B, ()> {
    /// The place where further things are made of what all stages have made.
    #[must_use]
    pub fn next<M: Default>(self) -> At<D, B, M> {
        At {
            on_demand: self.on_demand,
            before: self.before,
            made: M::default(),
        }
    }
}

/// Runs the families of one stage, each on its own, in the order of the table.
pub fn stage<D, B, M: Output>(
    graph: &Graph,
    world: &mut World,
    at: At<D, B, ()>,
    families: &[Family<At<D, B, M>>],
) -> At<D, After<B, M>, ()> {
    let (mut on_demand, mut before, mut all) = (at.on_demand, at.before, M::default());
    for family in families {
        let lowered = At {
            on_demand,
            before,
            made: M::default(),
        };
        let mut lowering = Lowering {
            graph,
            world,
            lowered,
        };
        (family.lower)(&mut lowering);
        let lowered = lowering.lowered;
        (on_demand, before) = (lowered.on_demand, lowered.before);
        all.join(lowered.made);
    }
    At {
        on_demand,
        before: After { before, made: all },
        made: (),
    }
}
